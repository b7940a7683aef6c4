// The page: state, request, picture.

import { palette } from '../kit/color/colors.js';
import { Address } from '../kit/page/address.js';
import { byId, setText } from '../kit/page/dom.js';
import { Embed } from '../kit/page/embed.js';
import { Notices } from '../kit/page/notice.js';
import { startPrint } from '../kit/page/print.js';
import { percent } from '../kit/page/numbers.js';
import { Queue } from '../kit/engine/queue.js';
import { expectAnswer, requestKey, settle } from '../kit/engine/request.js';
import { sharedVmax, vmaxOf } from '../kit/color/scale.js';
import { hasSimd, SIMD_MESSAGE } from '../kit/engine/simd.js';
import { currentTheme, startTheme } from '../kit/page/theme.js';
import { carried } from '../kit/elements/carry.js';
import { fullName } from './class-names.js';
import { ClassList } from './class-list.js';
import { Deletion } from './deletion-view.js';
import { Editor } from './editor.js';
import { Evidence } from './evidence.js';
import { Explanations, PANELS } from './explanations.js';
import { embedding } from './embed.js';
import { saveText } from './export.js';
import { applicable } from './methods.js';
import { Models } from './models.js';
import { MODELS, other } from './networks.js';
import { buildSettings } from './settings.js';
import { codec, usable } from './state.js';
import { Subsets } from './subsets.js';
import { WordTable } from './table.js';
import { doubts } from './unlike.js';
import { Versus } from './versus.js';

const PRINTED = 0.5; // how strong colours are on paper, under dark letters

/**
 * @typedef {TextPage} Page
 * @typedef {import('../pkg/index.js').Reading & { text: string, struck: Set<number>, empty: Float32Array, hash: string,
 *   shares: Float32Array, whole: Float32Array, known: number }} ReadText
 *   `shares` of the classes, `whole` without strikes; `empty`: logits of a text without a word; `known`: how many words count
 */

class TextPage {
  constructor() {
    /** @type {import('./state.js').State} */
    this.state = codec.complete(Address.read(codec));
    this.struckIn = this.state.text; // the text whose words the strikes number
    /** @type {ReadText | null} */
    this.reading = null; // what the network said of the text
    this.isPrint = false;
    this.isRead = false; // whether that is of the text as it is now
    /** @type {string | null} */
    this.fault = null; // why it said nothing
    /** @type {Map<string, import('./panel.js').Result>} by panel */
    this.results = new Map();
    /** @type {Map<string, string>} */
    this.hashes = new Map(); // of the networks that explained, by name
    this.notices = new Notices(byId('notices'));
    this.address = new Address({
      codec,
      state: () => this.state,
      notices: this.notices,
      found: (part) => this.restore(part),
      holds: 'the text, what is struck out and the settings',
      wayOut: 'Shorten the text, or save it as JSON, which holds the text and all numbers.',
    });
  }

  async start() {
    startTheme(byId('theme'), () => this.draw());
    if (!hasSimd()) {
      this.notices.show('This browser cannot run the networks', { detail: SIMD_MESSAGE });
      return;
    }
    /** @type {Models} */ this.models = new Models();
    /** @type {string[]} */ this.labels = [];
    /** @type {Queue} */ this.queue = new Queue({
      worker: ({ model, slow }) => this.models.get(model, slow ? 'slow' : 'quick'),
      done: (name, result) => this.received(name, result),
      progress: (name, share) => this.progress(name, share),
      failed: (name, error) => this.failed(name, error),
    });
    try {
      const model = await this.models.get('linear', 'quick');
      this.labels = model.info.labels;
      this.build(applicable(await this.models.catalogue()));
    } catch (error) {
      this.notices.error('The network could not be loaded', error, {
        text: 'Reload the page',
        run: () => location.reload(),
      });
      return;
    }
    this.submit();
  }

  build(methods) {
    this.methods = methods;
    this.adopt(this.state);
    /** @type {Editor} */ this.editor = new Editor({
      text: this.state.text,
      changed: (text) => this.setText(text),
      taken: () => this.forget(),
    });
    /** @type {ClassList} */
    this.classes = new ClassList(byId('classes'), this.labels, (index) => this.choose(0, index));
    /** @type {Explanations} */ this.explanations = new Explanations(this);
    /** @type {Versus} */
    this.versus = new Versus({ host: byId('versus'), note: byId('versus-note') });
    /** @type {WordTable} */ this.table = new WordTable({
      table: byId('table', HTMLTableElement),
      more: byId('more', HTMLButtonElement),
      save: byId('save', HTMLButtonElement),
      strike: (word) => this.strike(word),
    });
    /** @type {Subsets} */ this.subsets = new Subsets(this);
    /** @type {Deletion} */ this.deletion = new Deletion(this);
    /** @type {Evidence} */ this.evidence = new Evidence(this);
    this.showSettings = buildSettings(this, methods);
    byId('take').replaceChildren(saveText(this));
    byId('copy-link').addEventListener('click', () => this.address.copy());
    const { notices } = this;
    new Embed({ button: byId('embed', HTMLButtonElement), notices, shown: () => embedding(this) });
    // On paper: dark words on light colours, whatever the screen has.
    startPrint(() => {
      this.isPrint = !this.isPrint;
      this.draw();
    });
  }

  /** What is asked, as far as it is asked of this network's classes. @param {Partial<import('./state.js').State>} part */
  adopt(part) {
    this.state = usable(part, this.labels.length);
    if (!this.methods.some(({ name }) => name === this.state.method))
      this.state.method = this.methods[0].name;
  }

  /** A link that was followed in the open page, or the way back. */
  restore(part) {
    if (this.explanations) this.adopt(part);
    else this.state = codec.complete(part); // it is looked at when the page is built
    this.struckIn = this.state.text;
    if (!this.explanations) return;
    this.editor.put(this.state.text);
    this.showSettings?.();
    this.subsets.showThreshold();
    this.submit();
  }

  get entry() {
    const entry = this.methods.find(({ name }) => name === this.state.method);
    if (!entry) throw new Error(`there is no method ${this.state.method}`);
    return entry;
  }

  setText(text) {
    this.state.text = text;
    this.submit();
  }

  /** Drops what was chosen for the text before. */
  forget() {
    this.state.struck.clear();
    this.state.chosen = this.state.chosen.map(() => null);
    this.state.pair = null;
  }

  strike(word) {
    const { struck } = this.state;
    if (!struck.delete(word)) struck.add(word);
    this.submit();
  }

  choose(panel, index) {
    this.state.chosen[panel] = index;
    this.explain();
  }

  choosePair(which, index) {
    if (!this.reading) return;
    const pair = this.explanations.pairNow(this.reading);
    pair[which === 'target' ? 0 : 1] = index;
    this.state.pair = pair;
    this.explain();
  }

  /** A text, another network or other strikes: everything anew. */
  submit() {
    const { state, reading, models, struckIn } = this;
    const { text, model } = state;
    const struck = [...state.struck];
    this.address.keep();
    this.queue.reset();
    this.results.clear();
    this.isRead = false;
    this.explanations.stale();
    const work = async (loaded) => {
      // Words are numbered anew in an edited text. What strikes a link brings, only the text can tell.
      const of = async (it) => (reading && reading.text === it ? reading.spans : models.spans(it));
      const after = struck.length > 0 ? { text, spans: await of(text) } : null;
      const from = after && carried({ text: struckIn, spans: await of(struckIn) }, after);
      const still = from ? [...from.keys()].filter((word) => struck.includes(from[word])) : [];
      return {
        ...(await loaded.read(text, { maskedTokens: [still, []] })),
        text,
        struck: new Set(still),
        empty: (await loaded.read('')).logits,
        hash: loaded.info.hash,
      };
    };
    // Strikes are of the words of the text that was read before.
    const out = [...state.struck].sort((a, b) => a - b);
    const { method, fill } = state;
    const key = requestKey({ text, out, of: struckIn, model, method, fill });
    const ids = ['answer', 'count', 'silent', 'explanations', 'evidence-here'];
    this.queue.ask('read', { model, work, first: true, key, shows: ids.map((id) => byId(id)) });
    expectAnswer([this.editor.behind], key);
  }

  /** The key of a question about the text that was read. */
  key(model, parts = {}) {
    if (!this.reading) throw new Error('no text was read yet');
    const { text, struck } = this.reading;
    const { method, fill } = this.state;
    const out = [...struck].sort((a, b) => a - b);
    return requestKey({ text, out, model, method, fill, ...parts });
  }

  /** The explanations of the text that was read. */
  explain() {
    const { reading } = this;
    this.address.keep();
    if (!this.isRead || !reading?.known) return;
    this.explanations.ask(reading);
    this.evidence.ask();
    this.subsets.ask(this.explanations.classesNow(reading)[0]);
    this.draw();
  }

  received(name, result) {
    if (name === 'read') this.read(result);
    else if (name === 'sis') this.subsets.received(result);
    else if (name === 'deletion') this.deletion.received(result);
    else if (name === 'writers') this.evidence.received(result);
    else if (this.reading) {
      // What the network says without a word: the bias, where it is linear.
      const f = this.reading.empty;
      const empty = f[result.target] - (result.against === null ? 0 : f[result.against]);
      this.results.set(name, { ...result, empty });
      if (name === 'first') this.deletion.ask(result);
      this.draw();
    }
  }

  read(result) {
    const classes = this.labels.length;
    const part = (values, row) => values.subarray(row * classes, (row + 1) * classes);
    const counts = (feature, word) => feature >= 0 && !result.struck.has(word);
    const known = result.tokenFeatures.filter(counts).length;
    this.state.struck = new Set(result.struck);
    this.struckIn = result.text;
    this.results.clear();
    Object.assign(this, { isRead: true, fault: null });
    this.reading = {
      ...result,
      shares: part(result.probabilities, 0),
      whole: part(result.probabilities, 1),
      known,
    };
    this.editor.said(this.reading);
    this.draw();
    this.explain();
  }

  progress(name, share) {
    const text = share < 1 ? `${percent(share)} %` : '';
    if (name === 'sis') this.subsets.wait(text);
    else this.explanations.panel(name)?.wait(text);
  }

  failed(name, error) {
    this.explanations.panel(name)?.clear();
    if (['first', 'deletion'].includes(name)) this.deletion.failed(error);
    if (name === 'read') {
      this.fault = error.message;
      this.draw();
    }
    if (name === 'sis') this.subsets.failed(error);
    else this.notices.error('That could not be computed', error);
  }

  style(names) {
    // Weak words fade into the page, not out of it.
    const theme = currentTheme() === 'dark' ? 'night' : 'light';
    const scales = names
      .map((name) => this.results.get(name))
      .filter(Boolean)
      .map((result) => vmaxOf(result.relevance, 'max'));
    const scale = scales.length > 1 ? sharedVmax(scales) : (scales[0] ?? { vmax: 0, rule: '' });
    const colours = palette(this.state.palette, theme);
    return { ...scale, palette: colours, ...(this.isPrint ? { alpha: PRINTED } : {}) };
  }

  draw() {
    document.documentElement.dataset.palette = this.state.palette;
    const { reading, fault } = this;
    if (!reading && !fault) return;
    const silent = fault !== null || !reading?.known;
    byId('explanations').hidden = silent;
    byId('silent').hidden = !silent;
    byId('sections').hidden = silent;
    byId('fill-label').hidden = this.state.model !== 'cnn';
    byId('restore').hidden = !reading?.struck.size;
    if (silent) {
      this.classes.show(null, null, []);
      this.editor.colour(null, this.style([]), null);
      setText(byId('evidence-here'), '');
      setText(byId('doubts'), '');
      setText(byId('verdict'), fault ? '–' : 'nothing to go by');
      if (fault) {
        setText(byId('silent'), fault);
        setText(byId('count'), '');
      } else settle([this.editor.behind], this.key(this.state.model));
      return;
    }
    const classes = this.explanations.classesNow(reading);
    this.classes.show(reading.shares, reading.struck.size > 0 ? reading.whole : null, classes);
    const best = reading.shares.indexOf(Math.max(...reading.shares));
    setText(byId('verdict'), `${fullName(this.labels[best])}, ${percent(reading.shares[best])} %`);
    setText(byId('doubts'), doubts(reading, this.state.model, this.labels.length));
    const style = this.style(PANELS);
    this.explanations.draw(reading, (names) => this.style(names));
    const first = this.results.get('first')?.relevance ?? null;
    this.editor.colour(first, style, this.explanations.question(classes[0]));
    this.versus.draw(this, reading, classes[0], other(this.state.model));
    this.evidence.draw();
    this.table.show({
      passage: reading,
      made: `${MODELS[this.state.model].title} network (${reading.hash}), ${this.state.method}. heatlens`,
      columns: classes.map((index, k) => ({
        title: fullName(this.labels[index]),
        values: this.results.get(PANELS[k])?.relevance ?? null,
      })),
    });
    // It holds what has come and dots for what has not.
    settle([byId('table')], this.key(this.state.model));
  }
}

new TextPage().start();
