// The page: state, request, picture.

/** @import { Structure } from './chemistry.js' */

import { palette } from '../kit/color/colors.js';
import { byId, setText } from '../kit/page/dom.js';
import { HeatLegend } from '../kit/elements/legend.js';
import { create } from '../kit/elements/registry.js';
import { Notices } from '../kit/page/notice.js';
import { format, signed } from '../kit/page/numbers.js';
import { Queue } from '../kit/engine/queue.js';
import { remarks } from '../kit/page/remarks.js';
import {
  clearAnswer,
  expectAnswer,
  requestKey,
  settle,
  showAnswer,
} from '../kit/engine/request.js';
import { vmaxOf } from '../kit/color/scale.js';
import { hasSimd, SIMD_MESSAGE } from '../kit/engine/simd.js';
import { currentTheme, startTheme } from '../kit/page/theme.js';
import { Additivity } from './additivity.js';
import { chemistry } from './chemistry.js';
import { Compare } from './compare.js';
import { buildControls } from './controls.js';
import { Entry } from './entry.js';
import { exampleSearch } from './measured.js';
import { byAtom, byBond, entryOf, offered, options, unsuitable } from './methods.js';
import { MODELS, models } from './models.js';
import { Plate } from './plate.js';
import './space/main.js';
import { Subsets } from './subsets.js';
import { AtomTable } from './table.js';
import { toxicophoreSearch } from './toxicophores.js';
import { nameOf, strongest, verdict } from './words.js';
import { worth } from './worth.js';

const SIZE = { width: 720, height: 460 };

/** @typedef {MoleculePage} Page */

class MoleculePage {
  constructor() {
    this.state = {
      /** @type {Structure | null} */
      structure: null,
      /** @type {Set<number>} */
      removed: new Set(),
      /** @type {'ames' | 'esol'} */
      model: 'ames',
      method: 'fragments',
      of: 'atoms',
      palette: 'red-blue',
      outlined: false,
    };
    /** @type {import('./words.js').Answer | null} */
    this.answer = null;
    /** @type {any} */
    this.result = null; // the explanation shown
    this.notices = new Notices(byId('notices'));
  }

  async start() {
    startTheme(byId('theme'), () => this.draw());
    if (!hasSimd()) {
      this.notices.show('This browser cannot run the networks', {
        detail: SIMD_MESSAGE,
        code: 'E_NO_SIMD',
      });
      return;
    }
    /** @type {import('./models.js').Models} */ this.models = models();
    /** @type {Queue} */ this.queue = new Queue({
      worker: ({ slow }) => this.network(slow ? 'slow' : 'quick'),
      done: (name, result) => this.received(name, result),
      failed: (name, error) => this.failed(name, error),
    });
    /** @type {Plate} */ this.plate = new Plate({
      ...SIZE,
      title: 'Molecule',
      point: (atom) => this.point(atom),
      toggle: (atom) => this.toggle(atom),
    });
    byId('plate').replaceChildren(this.plate.node);
    /** @type {HeatLegend} */ this.legend = create(HeatLegend, { class: 'legend' });
    byId('legend').replaceChildren(this.legend.node);
    /** @type {AtomTable} */ this.table = new AtomTable({
      table: byId('table'),
      save: byId('save-csv'),
      toggle: (atom) => this.toggle(atom),
    });
    /** @type {Compare} */ this.compare = new Compare(this);
    /** @type {Additivity} */ this.additivity = new Additivity(this);
    /** @type {Subsets} */ this.subsets = new Subsets();
    try {
      const [catalogue, library] = await Promise.all([this.models.catalogue(), chemistry()]);
      /** @type {import('../pkg/index.js').MethodEntry[]} */ this.catalogue = catalogue;
      /** @type {ReturnType<typeof toxicophoreSearch>} */ this.search = toxicophoreSearch(library);
      /** @type {(structure: Structure) => string | null} */ this.exampleOf = await exampleSearch();
    } catch (error) {
      this.notices.error('The page could not be started', error, {
        text: 'Reload the page',
        run: () => location.reload(),
      });
      return;
    }
    buildControls(this);
    this.entry = new Entry({
      read: (structure) => this.use(structure),
      old: (isOld) => byId('main').toggleAttribute('data-unread', isOld),
    });
    this.entry.start();
  }

  // ---- state to request

  use(structure) {
    this.state.structure = structure;
    this.state.removed.clear();
    /** @type {{ name: string, atoms: number[] }[]} */
    this.toxicophores = this.search(structure.pattern);
    /** @type {string | null} */ this.example = this.exampleOf(structure);
    this.submit();
  }

  /** The molecule; nothing is asked before there is one. */
  get structure() {
    if (!this.state.structure) throw new Error('there is no molecule yet');
    return this.state.structure;
  }

  toggle(atom) {
    const { structure } = this;
    const { removed } = this.state;
    if (!removed.delete(atom) && removed.size < structure.size - 1) removed.add(atom);
    this.submit();
  }

  present() {
    const { structure } = this;
    const { removed } = this.state;
    return Float32Array.from({ length: structure.size }, (_, atom) => (removed.has(atom) ? 0 : 1));
  }

  input() {
    const { structure } = this;
    return [structure.features, structure.adjacency, this.present()];
  }

  /** The key of a question about the molecule as it is now. */
  key(parts = {}) {
    const { removed, model } = this.state;
    const out = [...removed].sort((a, b) => a - b);
    return requestKey({ molecule: this.structure.smiles, out, model, ...parts });
  }

  /** Where the explanation is shown. */
  get shows() {
    return [this.plate.node, this.legend.node, byId('sum'), byId('summary')];
  }

  network(lane) {
    return this.models.get(MODELS[this.state.model].file, this.structure.size, lane);
  }

  submit() {
    if (!this.state.structure) return;
    this.queue.reset();
    this.compare.clear();
    const input = this.input();
    this.answer = null;
    // Which are asked for when the answer is there.
    expectAnswer(this.subsets.shows, this.key({ of: 'subsets' }));
    const work = async (model) => ({ ...(await model.predict(input)), info: model.info });
    const shows = [byId('verdict'), byId('worth')];
    clearAnswer(shows);
    this.queue.ask('predict', { work, first: true, key: this.key(), shows });
    this.additivity.ask();
    this.explain();
    this.compare.ask();
    this.draw();
  }

  explain() {
    const { structure, model: asked, method, of } = this.state;
    if (!structure) return;
    this.result = null;
    clearAnswer(this.shows);
    const key = this.key({ method, of });
    const why = unsuitable(method, structure);
    setText(byId('why-not'), why ?? '');
    if (why) {
      this.queue.drop('explain');
      this.draw();
      settle(this.shows, key);
      return;
    }
    if (method === 'fragments') {
      // They are taken out in any case, to see whether the parts add up.
      this.queue.drop('explain');
      expectAnswer(this.shows, key);
      this.byFragments();
      this.draw();
      return;
    }
    const input = this.input();
    const entry = entryOf(this.catalogue, method);
    const work = async (model, call) => {
      const explanation = await model.explain(input, options(entry, of), call);
      const values = (of === 'bonds' ? byBond : byAtom)(explanation, structure);
      return { explanation, values, structure, model: asked, method, of };
    };
    this.queue.ask('explain', { slow: !entry.quick, work, key, shows: this.shows });
  }

  /** The shares of the fragments as an explanation, where they are there, or why there are none. */
  byFragments() {
    const { result, why } = this.additivity;
    const key = this.key({ method: 'fragments', of: 'atoms' });
    if (why) settle(this.shows, key);
    if (!result) return;
    const { structure, model, shares, whole } = result;
    const sum = shares.reduce((total, share) => total + share, 0);
    const explanation = { sum, score: whole, expected: null, signed: true, notes: [], extra: {} };
    this.result = {
      explanation,
      values: shares,
      structure,
      model,
      method: 'fragments',
      of: 'atoms',
    };
    showAnswer(this.shows, key);
  }

  /** The subsets need the answer: they are looked for only where there is one. */
  askSubsets() {
    const { answer, structure } = this;
    if (!answer) return;
    const why = this.subsets.refusal(answer);
    this.subsets.wait(structure, why ?? 'Looking for groups of atoms …', this.style(null));
    const key = this.key({ of: 'subsets' });
    if (why) {
      settle(this.subsets.shows, key);
      return;
    }
    const input = this.input();
    const work = async (model, call) => ({
      structure,
      answer,
      found: await model.explain(input, this.subsets.options(answer), call),
    });
    this.queue.ask('subsets', { slow: true, work, key, shows: this.subsets.shows });
  }

  // ---- result to picture

  received(name, result) {
    if (name === 'predict') {
      const [logit] = result.logits;
      const share = result.probabilities?.[0] ?? null; // a solubility is no probability
      this.answer = { model: this.state.model, logit, share, info: result.info };
      this.askSubsets();
    } else if (name === 'explain') this.result = result;
    else if (name === 'additivity') {
      this.additivity.received(result);
      if (this.state.method === 'fragments') this.byFragments();
    } else if (name === 'subsets')
      this.subsets.show(result.structure, result.answer, result.found, this.style(null));
    else this.compare.received(name, result);
    this.draw();
  }

  failed(name, error) {
    if (name === 'subsets') setText(byId('subsets-note'), error.message);
    else this.notices.error('That could not be computed', error);
    if (name !== 'additivity') return;
    this.additivity.failed(error);
    if (this.state.method === 'fragments') this.byFragments();
    this.draw();
  }

  /** What a higher score speaks for. */
  towards() {
    return MODELS[this.state.model].towards;
  }

  /** What both ends of a legend speak for. */
  ends() {
    return MODELS[this.state.model].ends;
  }

  style(values, isSigned = true) {
    const { vmax, rule } = values ? vmaxOf(values, 'max') : { vmax: 0, rule: '' };
    const sign = isSigned
      ? `+ speaks for “${this.towards()}”`
      : `of the score for “${this.towards()}”`;
    return {
      vmax,
      rule: vmax > 0 ? `${rule}; ${sign}` : rule,
      palette: palette(this.state.palette, currentTheme()),
    };
  }

  /** The catalogue's entry of a method, in the words of this page. */
  described(method, of) {
    return offered(this.catalogue, of).find(({ name }) => name === method);
  }

  /** What the picture shows, which is not always what is chosen by now. */
  caption() {
    const { model, structure, method, of } = this.result;
    return `${structure.smiles.slice(0, 60)} · ${MODELS[model].title} · ${this.described(method, of).title}, by ${of}`;
  }

  draw() {
    const { state, result } = this;
    document.documentElement.dataset.palette = state.palette;
    const { words } = palette(state.palette);
    setText(byId('word-for'), words[0]);
    setText(byId('word-against'), words[1]);
    setText(byId('word-towards'), `“${this.towards()}”`);
    if (!state.structure) return;
    const style = this.style(result?.values ?? null, result?.explanation.signed);
    this.plate.show(state.structure);
    this.plate.mark(state.removed, state.outlined ? this.toxicophores : []);
    this.plate.paint(result?.values ?? null, (result ?? state).of, style);
    if (result) {
      this.plate.node.dataset.ready = `${result.model}/${result.method}/${result.of}`;
      const isSigned = result.explanation.signed;
      this.legend.show({ ...style, values: result.values, isSigned, ends: this.ends() });
      const patent = result.method === 'lrp' ? ' LRP is the subject of US patent 9,558,550.' : '';
      setText(byId('summary'), this.described(result.method, result.of).summary + patent);
      this.plate.label(
        `${state.structure.smiles}, coloured by ${result.method}. ${strongest(result)}`,
      );
      const { sum, expected } = result.explanation;
      const total =
        expected === null ? `Σ ${format(sum)}` : `Σ ${format(sum)}, promised ${format(expected)}`;
      const what = `${total}; f(x) ${format(result.explanation.score)}, the score for “${this.towards()}”.`;
      setText(byId('sum'), `${what} ${remarks(result.explanation)}`.trim());
    } else {
      delete this.plate.node.dataset.ready;
      this.legend.clear();
      this.plate.label(`${state.structure.smiles}, not explained yet.`);
      setText(byId('sum'), this.state.method === 'fragments' ? this.additivity.why : '');
      setText(byId('summary'), '');
    }
    const { answer } = this;
    setText(byId('verdict'), answer ? verdict(answer) : '…');
    // Nothing was measured of a molecule without some of its atoms.
    const example = state.removed.size > 0 ? null : this.example;
    setText(
      byId('worth'),
      answer ? worth(answer.model, answer.info.metadata, state.structure.symbols, example) : '',
    );
    byId('restore').hidden = state.removed.size === 0;
    const names = [...new Set(this.toxicophores.map(({ name }) => name))];
    setText(
      byId('toxicophores'),
      names.length > 0 ? `Known toxicophores: ${names.join(', ')}` : 'No known toxicophore',
    );
    this.compare.draw();
    this.additivity.draw();
    const shown = result ?? state;
    const own = {
      title: this.described(shown.method, shown.of).title,
      values: shown.of === 'atoms' ? (result?.values ?? null) : null,
    };
    this.table.show({
      structure: state.structure,
      removed: state.removed,
      columns: [own, ...this.compare.columns()],
      towards: this.towards(),
    });
    // It holds what has come and a dash for what has not.
    settle([byId('table')], this.key());
  }

  /** Reads an atom out, and its bonds where those are explained. */
  point(atom) {
    this.plate.select(atom);
    if (atom === null) return;
    const { result, structure } = this;
    const { removed } = this.state;
    const parts = [structure.names[atom] + (removed.has(atom) ? ', taken out' : '')];
    if (result?.of === 'atoms') parts.push(signed(result.values[atom]));
    else if (result) {
      structure.bonds.forEach(([a, b], i) => {
        if (a === atom || b === atom)
          parts.push(`${nameOf(structure, 'bonds', i)} ${signed(result.values[i])}`);
      });
    }
    setText(byId('readout'), parts.join('  '));
  }
}

new MoleculePage().start();
