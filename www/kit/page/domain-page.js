// A page of one domain: networks, samples and <heat-lens>, with address, link, embedding, files and colours as every page has them.

import { storyOf } from '../export/elements.js';
import { csvFile } from '../export/csv.js';
import { saveButtons } from '../export/take.js';
import { create } from '../elements/registry.js';
import { fetchBytes } from '../engine/fetch.js';
import { hasSimd, SIMD_MESSAGE } from '../engine/simd.js';
import { HeatLens } from '../lens/lens.js';
import { Address } from './address.js';
import { choice, Codec, normalisation, palette, text, word } from './codec.js';
import { byId, el } from './dom.js';
import { Embed } from './embed.js';
import { Notices } from './notice.js';
import { startTheme } from './theme.js';

/**
 * @typedef {object} DomainPageOptions
 * @property {{ id: string, title: string, file: string }[]} models in the site's folder of models; the first is shown first
 * @property {'text' | 'smiles' | 'strokes' | 'input'} given the attribute of `<heat-lens>` that holds the input
 * @property {[title: string, value: string][]} samples the first is shown first
 * @property {string} [method] what is shown first. Default: LRP
 * @property {Record<string, string | boolean>} [attributes] of `<heat-lens>` beyond these
 */

const COLOURS = ['palette', 'normalisation'];

export class DomainPage {
  /**
   * Builds the page into `#domain`; the page's own markup has masthead (`#copy-link`, `#embed`, `#theme`), `#notices` and words.
   * @param {DomainPageOptions} options
   */
  constructor({ models, given, samples, method = 'lrp', attributes = {} }) {
    this.models = models;
    this.given = given;
    this.notices = new Notices(byId('notices'));
    const codec = new Codec({
      defaults: {
        model: models[0].id,
        method,
        target: null,
        given: samples[0][1],
        palette: 'red-blue',
        normalisation: 'max',
      },
      fields: [
        choice(
          'm',
          'model',
          models.map(({ id }) => id),
        ),
        word('e', 'method'),
        text('t', 'target'),
        palette(),
        normalisation(),
        text('w', 'given', true),
      ],
    });
    this.state = codec.complete(Address.read(codec));
    this.address = new Address({
      codec,
      state: () => this.state,
      notices: this.notices,
      found: (part) => this.show(codec.complete(part)),
      holds: 'the input and the settings',
      wayOut: 'Save it as JSON, which holds all of it.',
    });
    startTheme(byId('theme'), () => {});
    byId('copy-link').addEventListener('click', () => this.address.copy());
    if (!hasSimd()) {
      this.notices.show('This browser cannot run the networks', {
        detail: SIMD_MESSAGE,
        code: 'E_NO_SIMD',
      });
      return;
    }
    /** @type {any} */
    this.lens = create(HeatLens, { controls: '', eager: '', ...stringsOf(attributes) });
    this.build(samples);
    this.show(this.state);
  }

  /** @param {[string, string][]} samples */
  build(samples) {
    const { lens, notices } = this;
    lens.addEventListener('explain', () => this.explained());
    lens.addEventListener('error', ({ detail }) =>
      notices.show('That could not be explained', { detail: detail.message, code: detail.code }),
    );
    this.switches = this.models.map(({ id, title }) =>
      el('button', { type: 'button', text: title, on: { click: () => this.show({ model: id }) } }),
    );
    const sample = ([title, value]) =>
      el('button', {
        type: 'button',
        text: title,
        on: { click: () => this.show({ given: value, target: null }) },
      });
    byId('domain').replaceChildren(
      el('p', { class: 'samples', role: 'group', 'aria-label': 'Samples' }, ...samples.map(sample)),
      this.models.length > 1
        ? el('p', { class: 'samples', role: 'group', 'aria-label': 'Networks' }, ...this.switches)
        : '',
      lens,
      el('p', { class: 'take' }, 'Save: ', saveButtons({ notices, take: () => this.take() })),
    );
    new Embed({ button: byId('embed', HTMLButtonElement), notices, shown: () => this.embedding() });
  }

  /** Another network, sample or link. @param {Record<string, any>} part of the state */
  show(part) {
    Object.assign(this.state, part);
    const { lens, state } = this;
    const { file } = this.network;
    this.models.forEach(({ id }, k) =>
      this.switches?.[k].setAttribute('aria-pressed', String(id === state.model)),
    );
    lens.model = new URL(`../models/${file}`, document.baseURI).href;
    if ('given' in part) lens.restart({ [this.given]: state.given });
    for (const name of ['method', 'target', ...COLOURS]) lens[name] = state[name];
    this.address.keep();
  }

  get network() {
    return this.models.find(({ id }) => id === this.state.model) ?? this.models[0];
  }

  /** What a visitor chose in the element is the page's state, too. */
  explained() {
    const { lens, state } = this;
    state.method = lens.methods[0];
    state.target = lens.target === null ? null : String(lens.target);
    state.given = lens.given(this.given) ?? state.given;
    this.address.keep();
  }

  /** @returns {import('../export/take.js').Take | null} */
  take() {
    const { lens } = this;
    if (!lens.explanation) return null;
    const story = storyOf(lens);
    const numbers = lens.explanations.map(({ relevance }) => Array.from(relevance));
    const heads = ['feature', ...lens.methods];
    const rows = numbers[0].map((_, i) => [i, ...numbers.map((each) => each[i])]);
    return {
      ...story,
      name: this.network.id,
      json: () => ({ ...lens.toJSON(), address: this.address.link() }),
      csv: () => csvFile(heads, rows, `# ${story.caption}\r\n`),
    };
  }

  /** @returns {import('./embed.js').Shown | null} */
  embedding() {
    const take = this.take();
    if (!take) return null;
    const { state, network } = this;
    return {
      title: `${take.question} ${network.title}`,
      file: network.file,
      bytes: () => fetchBytes(`../models/${network.file}`),
      take,
      link: this.address.link(),
      attributes: {
        method: state.method,
        target: state.target,
        [this.given]: state.given,
        controls: true,
        palette: state.palette,
        normalisation: state.normalisation,
      },
    };
  }
}

const stringsOf = (attributes) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, value === true ? '' : String(value)]),
  );
