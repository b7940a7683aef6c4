// <heat-lens>: a network, an input and its explanation in one tag.

import { HeatElement } from '../elements/element.js';
import * as shared from '../engine/shared.js';
import { setText } from '../page/dom.js';
import { percent } from '../page/numbers.js';
import { answer, questionOf } from './answer.js';
import { asJson, layOut, showAnswer, showMaps, STYLES } from './shown.js';
import { parsed, seen, watchContent } from './start.js';

/** @import { Model, Prediction } from '../../pkg/index.js' */
/** @import { Domain, Example } from './domain.js' */

const isAbort = (error) => error?.name === 'AbortError';
const PATIENCE = 300; // ms until it is said that something is being worked on
const SETTLE = 30; // ms without a change of what is inside before it is read
// Changes that follow one another faster do not end what is under way, so that something is shown meanwhile.
const CALM = 250; // ms

export class HeatLens extends HeatElement {
  static tag = 'lens';
  /** @type {typeof HeatElement.attributes} */
  static attributes = {
    model: 'text',
    method: 'text',
    target: 'text',
    against: 'text',
    options: 'json',
    input: 'text',
    text: 'text',
    smiles: 'text',
    removed: 'text',
    strokes: 'text',
    controls: 'flag',
    pad: 'flag',
    eager: 'flag',
    palette: 'text',
    normalisation: 'text',
    legend: 'text',
    'output-activation': 'text',
    theme: 'text',
  };
  static properties = ['file', 'domain'];
  static styles = STYLES;

  /** What a visitor typed or drew instead of what stands inside. */
  typed = null;
  /** @type {any} undefined: nothing was drawn; null: it was wiped away */
  drawing = undefined;
  /** @type {Prediction | null} */
  prediction = null;
  /** @type {any[]} explanations, one per method */
  explanations = [];
  /** @type {import('../../pkg/index.js').ModelInfo | null} */
  info = null;
  /** Why there is no answer to what stands there. @type {any} */
  error = null;
  /** @type {AbortController | null} */
  #work = null;
  /** Ends the waiting for what stands inside and for being seen. @type {AbortController | null} */
  #waits = null;
  #timer = 0;
  #calm = 0;
  #changedAt = -Infinity;
  /** Whether something has changed since what is under way began. */
  #isStale = false;
  #leaving = 0;
  #telling = 0;
  #started = false;
  /** What is shown, and what it answers. @type {any} */
  #result = null;
  /** @type {Map<string, any>} drawings by method */
  #drawings = new Map();
  /** @type {Promise<any> | null} */
  #settled = null;
  /** @type {(value: any) => void} */
  #resolve = () => {};

  /** Where the engine runs: 'worker', or 'page' where no worker can be started; null before it runs. */
  get engine() {
    return shared.place();
  }

  /** What it is at, for those who come too late for an event. @returns {'waiting' | 'working' | 'shown' | 'failed'} */
  get state() {
    if (this.#work) return 'working';
    if (this.error) return 'failed';
    return this.explanation ? 'shown' : 'waiting';
  }

  /** The first explanation. */
  get explanation() {
    return this.explanations[0] ?? null;
  }

  build() {
    const parts = layOut(this);
    Object.assign(this, parts);
    this.root.append(parts.lens);
  }

  connectedCallback() {
    super.connectedCallback();
    clearTimeout(this.#leaving);
    if (this.#started) {
      shared.acquire(this);
      this.schedule();
      return;
    }
    this.#begin();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    // One that is moved is back in the document by then.
    clearTimeout(this.#leaving);
    this.#leaving = Number(setTimeout(() => this.isConnected || this.#leave()));
  }

  #leave() {
    this.#waits?.abort();
    clearTimeout(this.#calm);
    this.#work?.abort();
    this.#work = null;
    shared.release(this);
  }

  async #begin() {
    this.#waits?.abort();
    this.#waits = new AbortController();
    const { signal } = this.#waits;
    await parsed(this, signal);
    if (!this.eager) await seen(this, signal);
    if (signal.aborted || this.#started) return;
    this.#start();
    this.schedule();
  }

  #start() {
    this.#started = true;
    this.#waits?.abort();
    shared.acquire(this);
    watchContent(this, () => this.later());
  }

  /** What a visitor did to the input. @param {{ typed?: string, drawing?: any, file?: Blob }} change */
  edit(change) {
    Object.assign(this, change);
    this.later();
  }

  /** Another input from outside, which goes before what a visitor typed or drew. @param {Record<string, any>} properties */
  restart(properties) {
    Object.assign(this, { typed: null, drawing: undefined, file: null }, properties);
    this.editor?.remove();
    this.editor = null;
  }

  /** The input as the attribute of that name would hold it: what was typed or drawn, else what was given. @param {string} name */
  given(name) {
    /** @type {any} */
    const pad = this.editor?.querySelector('[part~="pad"]');
    return name === 'strokes' && pad ? pad.code : (this.typed ?? this[name]);
  }

  /** Reads the input again when it has settled. */
  later() {
    clearTimeout(this.#timer);
    this.#timer = Number(setTimeout(() => this.changed(''), SETTLE));
  }

  changed(name) {
    this.#isStale = true;
    super.changed(name);
  }

  draw() {
    // One that was only moved goes on.
    if (this.#started && (this.#isStale || !this.#work)) this.explain();
  }

  turn() {
    for (const drawing of this.#drawings.values()) drawing.turn();
  }

  /** The methods asked for: names with commas between. @returns {string[]} */
  get methods() {
    const names = String(this.method ?? 'lrp')
      .split(',')
      .map((name) => name.trim());
    return [...new Set(names)].filter(Boolean);
  }

  /**
   * Explains what stands there now; resolves when it is shown. Does not wait until the element is seen.
   * @returns {Promise<any>} the first explanation
   */
  explain() {
    if (!this.#started) this.#start();
    this.#settled ??= new Promise((resolve) => (this.#resolve = resolve));
    const settled = this.#settled;
    const now = performance.now();
    const isCalm = now - this.#changedAt > CALM;
    this.#changedAt = now;
    clearTimeout(this.#calm);
    if (isCalm || !this.#work) this.#run();
    else this.#calm = Number(setTimeout(() => this.#run(), CALM));
    return settled;
  }

  async #run() {
    clearTimeout(this.#calm);
    this.#work?.abort();
    const work = new AbortController();
    this.#work = work;
    this.#isStale = false;
    this.error = null;
    const { signal } = work;
    const mine = () => this.#work === work && !signal.aborted;
    /** @type {any} */
    let result = null;
    /** @type {any} */
    let failure = null;
    try {
      result = await this.#answer(signal);
    } catch (error) {
      failure = error;
    }
    if (!mine()) return;
    this.#work = null;
    if (result) this.#shown(result);
    // Something has changed meanwhile: on to the newest.
    if (this.#isStale) return this.#run();
    if (failure && !isAbort(failure)) this.fail(failure);
    this.#resolve(this.explanation);
    this.#settled = null;
  }

  /** @param {string | null} text what is being waited for */
  #wait(text) {
    const status = /** @type {HTMLElement} */ (this.status);
    if (text === null || status.textContent !== '') {
      clearTimeout(this.#telling);
      this.#telling = 0;
      setText(status, text ?? '');
    }
    // What is done at once is not announced.
    else this.#telling ||= Number(setTimeout(() => setText(status, text), PATIENCE));
    this.lens?.classList.remove('failed');
    this.lens?.classList.toggle('old', text !== null && this.explanations.length > 0);
  }

  /** @param {AbortSignal} signal */
  async #answer(signal) {
    const question = await questionOf(this);
    const { model, domain, example } = question;
    if (signal.aborted) return null;
    if (model) {
      this.#know(model, domain);
      this.#edits(domain, model.info, example);
    }
    if (!example) return this.#empty();
    if (question.asked === this.#result?.asked) return this.#result;
    this.#wait('Explaining …');
    return answer(question, signal, (progress) => {
      const { loaded, total } = progress;
      this.#wait(`Explaining … ${percent(total > 0 ? loaded / total : 0)} %`);
      this.emit('progress', progress);
    });
  }

  /** @param {Model} model @param {Domain} domain */
  #know(model, domain) {
    if (this.lens) this.lens.dataset.kind = domain.kind;
    if (this.info?.hash === model.info.hash) return;
    this.info = model.info;
    this.emit('ready', { info: model.info });
  }

  /** A field for the input, once. @param {Domain} domain @param {any} info @param {Example | null} example */
  #edits(domain, info, example) {
    if (!(this.controls || this.pad) || this.editor) return;
    this.editor = domain.editor?.(this, info, example) ?? null;
    if (this.editor) this.inputNode?.append(this.editor);
  }

  #empty() {
    this.explanations = [];
    this.#result = null;
    this.maps?.replaceChildren();
    this.#drawings.clear();
    if (this.answer) this.answer.hidden = true;
    // With a field to put something in, what stands inside is no answer any more.
    const slot = this.root.querySelector('slot');
    if (slot) slot.hidden = Boolean(this.editor);
    this.#wait(null);
    return null;
  }

  /** Shows an answer, or the same one as the attributes now say. @param {any} result */
  #shown(result) {
    const { model, domain, example, prediction, explanations, catalogue } = result;
    const isNew = result !== this.#result;
    this.#result = result;
    this.prediction = prediction;
    this.explanations = explanations;
    this.example = example;
    this.#wait(null);
    showAnswer(this, model.info);
    this.#drawings = showMaps(this, domain, this.#drawings);
    if (this.picker && this.controlsNode) {
      this.controlsNode.hidden = !this.controls || this.methods.length > 1;
      this.picker.methods = catalogue.filter(
        (entry) => domain.ask(entry, model.info, example) !== null,
      );
      this.picker.value = this.methods[0];
    }
    const slot = this.root.querySelector('slot');
    const own = example.isInside === true;
    if (slot) slot.hidden = !own;
    if (this.editor) this.editor.hidden = !(this.controls || this.pad);
    if (this.inputNode) this.inputNode.hidden = !own && (this.editor?.hidden ?? true);
    if (isNew) this.emit('explain', { prediction, explanation: this.explanation, explanations });
  }

  /** Says in the element's place what went wrong; what was shown stays, as an old answer. @param {any} error */
  fail(error) {
    this.error = error;
    this.#wait(null);
    this.lens?.classList.toggle('old', this.explanations.length > 0);
    setText(/** @type {HTMLElement} */ (this.status), error?.message ?? String(error));
    this.lens?.classList.add('failed');
    super.fail(error);
  }

  /** All that is shown: question, answer and every number. */
  toJSON() {
    return asJson(this);
  }
}
