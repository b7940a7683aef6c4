// The page: state, request, picture.

import { palette } from '../kit/color/colors.js';
import { byId, setText } from '../kit/page/dom.js';
import { Notices } from '../kit/page/notice.js';
import { percent } from '../kit/page/numbers.js';
import { Queue } from '../kit/engine/queue.js';
import { expectAnswer, requestKey, settle } from '../kit/engine/request.js';
import { sharedVmax, vmaxOf } from '../kit/color/scale.js';
import { hasSimd, SIMD_MESSAGE } from '../kit/engine/simd.js';
import { currentTheme, startTheme } from '../kit/page/theme.js';
import { carried } from '../kit/elements/carry.js';
import { ClassList } from './class-list.js';
import { Deletion } from './deletion-view.js';
import { Editor } from './editor.js';
import { Evidence } from './evidence.js';
import { applicable, itself, options, sampled, twice } from './methods.js';
import { Models } from './models.js';
import { MODELS, other } from './networks.js';
import { Panel } from './panel.js';
import { SAMPLES } from './samples.js';
import { buildSettings } from './settings.js';
import { Subsets } from './subsets.js';
import { WordTable } from './table.js';
import { Versus } from './versus.js';

const PANELS = ['first', 'second', 'third'];

/**
 * @typedef {TextPage} Page
 * @typedef {import('../pkg/index.js').Reading & { text: string, struck: Set<number>, empty: Float32Array, hash: string,
 *   shares: Float32Array, whole: Float32Array, known: number }} ReadText
 *   `shares` of the classes, `whole` without strikes; `empty`: logits of a text without a word; `known`: how many words count
 */

class TextPage {
  constructor() {
    this.state = {
      text: SAMPLES[0].text,
      struck: new Set(),
      model: 'linear',
      method: 'lrp',
      fill: '0',
      threshold: 0.6,
      palette: 'red-blue',
      /** @type {(number | null)[]} */
      chosen: [null, null, null], // classes of the three panels; null = by rank
      /** @type {[number, number] | null} */
      pair: null,
    };
    /** @type {ReadText | null} */
    this.reading = null; // what the network said of the text
    this.isRead = false; // whether that is of the text as it is now
    /** @type {string | null} */
    this.fault = null; // why it said nothing
    /** @type {Map<string, import('./panel.js').Result>} by panel */
    this.results = new Map();
    this.notices = new Notices(byId('notices'));
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
    const strike = (word) => this.strike(word);
    /** @type {Editor} */ this.editor = new Editor({
      state: this.state,
      notices: this.notices,
      changed: (text) => this.setText(text),
      taken: () => this.forget(),
    });
    /** @type {ClassList} */
    this.classes = new ClassList(byId('classes'), this.labels, (index) => this.choose(0, index));
    /** @type {Panel[]} */ this.panels = PANELS.map(
      (title, k) =>
        new Panel({
          labels: this.labels,
          strike,
          title,
          choose: (_, index) => this.choose(k, index),
        }),
    );
    byId('panels').replaceChildren(...this.panels.map((panel) => panel.node));
    /** @type {Panel} */ this.pair = new Panel({
      labels: this.labels,
      strike,
      pair: true,
      title: 'comparison',
      choose: (which, index) => this.choosePair(which, index),
    });
    byId('pair').replaceChildren(this.pair.node);
    /** @type {Versus} */
    this.versus = new Versus({ host: byId('versus'), note: byId('versus-note') });
    /** @type {WordTable} */ this.table = new WordTable({
      table: byId('table', HTMLTableElement),
      more: byId('more', HTMLButtonElement),
      save: byId('save', HTMLButtonElement),
      strike,
    });
    /** @type {Subsets} */ this.subsets = new Subsets(this);
    /** @type {Deletion} */ this.deletion = new Deletion(this);
    /** @type {Evidence} */ this.evidence = new Evidence(this);
    buildSettings(this.state, methods, {
      draw: () => this.draw(),
      submit: () => this.submit(),
    });
  }

  setText(text) {
    this.state.text = text;
    this.submit();
  }

  /** Drops what was chosen for the text before. */
  forget() {
    this.state.struck.clear();
    this.state.chosen = [null, null, null];
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
    const pair = this.pairNow(this.reading);
    pair[which === 'target' ? 0 : 1] = index;
    this.state.pair = pair;
    this.explain();
  }

  /** The classes of the three panels: chosen, or the likeliest that are left. @param {ReadText} reading */
  classesNow({ shares }) {
    const order = this.labels.map((_, i) => i).sort((a, b) => shares[b] - shares[a]);
    const left = order.filter((index) => !this.state.chosen.includes(index));
    let next = 0;
    return this.state.chosen.map((index) => index ?? left[next++]);
  }

  /** @param {ReadText} reading @returns {[number, number]} */
  pairNow(reading) {
    const [a, b] = this.state.pair ?? this.classesNow(reading);
    return [a, b];
  }

  /** A text, another network or other strikes: everything anew. */
  submit() {
    const { state, reading, models } = this;
    const { text, model } = state;
    const struck = [...state.struck];
    this.queue.reset();
    this.results.clear();
    this.isRead = false;
    for (const panel of [...this.panels, this.pair]) panel.stale();
    const work = async (loaded) => {
      // Words are numbered anew in an edited text.
      const edited = reading && reading.text !== text;
      const from = edited ? carried(reading, { text, spans: await models.spans(text) }) : null;
      const still = from ? [...from.keys()].filter((word) => struck.includes(from[word])) : struck;
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
    const key = requestKey({ text, out, of: reading?.text, model, method, fill });
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

  /** Where an explanation is shown. */
  shows(name) {
    const { model } = this.state;
    if (name === 'other') return this.versus.shows(other(model));
    const first = [this.editor.behind, ...this.versus.shows(model)];
    return [...this.panel(name).shows, ...(name === 'first' ? first : [])];
  }

  /**
   * What is asked of the text, for one class or one against another.
   * @param {number} target @param {number | null} [against]
   */
  question(target, against = null) {
    const { model, method, fill } = this.state;
    return [model, method, fill, target, against].join('/');
  }

  /** The explanations of the text that was read. */
  explain() {
    const { reading } = this;
    if (!this.isRead || !reading?.known) return;
    const entry = this.methods.find(({ name }) => name === this.state.method);
    const { text, struck } = reading;
    const { model } = this.state;
    /** @param {string} name @param {string} id @param {number} target @param {number | null} [against] */
    const ask = (name, id, target, against = null) => {
      const old = this.results.get(name);
      if (old && old.target === target && old.against === against) return;
      this.results.delete(name);
      this.panel(name)?.wait('');
      const key = this.key(id, { target, against });
      const shows = this.shows(name);
      if (name === 'first') this.deletion.expect(key);
      if (target === against) {
        this.queue.drop(name);
        this.results.set(name, itself(entry, reading, target));
        settle(shows, key);
        return;
      }
      const asked = {
        ...options(entry, this.state, id, reading.tokenFeatures.length),
        target,
        against,
        maskedTokens: [...struck],
      };
      this.queue.ask(name, {
        model: id,
        slow: !entry.quick,
        key,
        shows,
        work: (loaded, call) =>
          sampled(entry) ? twice(loaded, text, asked, call) : loaded.explainText(text, asked, call),
      });
    };
    const classes = this.classesNow(reading);
    classes.forEach((target, k) => ask(PANELS[k], model, target));
    ask('pair', model, ...this.pairNow(reading));
    ask('other', other(model), classes[0]);
    this.evidence.ask();
    this.subsets.ask(classes[0]);
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
    else this.panel(name)?.wait(text);
  }

  panel(name) {
    return name === 'pair' ? this.pair : this.panels[PANELS.indexOf(name)];
  }

  failed(name, error) {
    this.panel(name)?.clear();
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
    return { ...scale, palette: palette(this.state.palette, theme) };
  }

  draw() {
    document.documentElement.dataset.palette = this.state.palette;
    const { reading, fault } = this;
    if (!reading && !fault) return;
    const silent = fault !== null || !reading?.known;
    byId('explanations').hidden = silent;
    byId('silent').hidden = !silent;
    byId('fill-label').hidden = this.state.model !== 'cnn';
    byId('restore').hidden = !reading?.struck.size;
    if (silent) {
      this.classes.show(null, null, []);
      this.editor.colour(null, this.style([]), null);
      setText(byId('evidence-here'), '');
      setText(byId('verdict'), fault ? '–' : 'nothing to go by');
      if (fault) {
        setText(byId('silent'), fault);
        setText(byId('count'), '');
      } else settle([this.editor.behind], this.key(this.state.model));
      return;
    }
    const classes = this.classesNow(reading);
    this.classes.show(reading.shares, reading.struck.size > 0 ? reading.whole : null, classes);
    const best = reading.shares.indexOf(Math.max(...reading.shares));
    setText(byId('verdict'), `${this.labels[best]}, ${percent(reading.shares[best])} %`);
    const style = this.style(PANELS);
    this.panels.forEach((panel, k) => {
      panel.choose(classes[k]);
      panel.draw(reading, this.results.get(PANELS[k]) ?? null, style, this.question(classes[k]));
    });
    const [a, b] = this.pairNow(reading);
    this.pair.choose(a, b);
    const pair = this.results.get('pair') ?? null;
    this.pair.draw(reading, pair, this.style(['pair']), this.question(a, b));
    const first = this.results.get('first')?.relevance ?? null;
    this.editor.colour(first, style, this.question(classes[0]));
    this.versus.draw(this, reading, classes[0], other(this.state.model));
    this.evidence.draw();
    this.table.show({
      passage: reading,
      made: `${MODELS[this.state.model].title} network (${reading.hash}), ${this.state.method}. heatlens`,
      columns: classes.map((index, k) => ({
        title: this.labels[index],
        values: this.results.get(PANELS[k])?.relevance ?? null,
      })),
    });
    // It holds what has come and dots for what has not.
    settle([byId('table')], this.key(this.state.model));
  }
}

new TextPage().start();
