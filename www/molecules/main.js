// The page: state and requests. What comes back is shown by view.js and the sections below it.

/** @import { Structure } from './chemistry.js' */

import * as drawing from '../kit/drawings/molecule.js';
import { useMolecules } from '../kit/elements/molecule.js';
import { byId, setText } from '../kit/page/dom.js';
import { Embed } from '../kit/page/embed.js';
import { Notices } from '../kit/page/notice.js';
import { Queue } from '../kit/engine/queue.js';
import {
  clearAnswer,
  expectAnswer,
  requestKey,
  settle,
  showAnswer,
} from '../kit/engine/request.js';
import { hasSimd, SIMD_MESSAGE } from '../kit/engine/simd.js';
import { startPrint } from '../kit/page/print.js';
import { Address } from '../kit/page/address.js';
import { startTheme } from '../kit/page/theme.js';
import { Additivity } from './additivity.js';
import { chemistry } from './chemistry.js';
import { Compare } from './compare.js';
import { embedding } from './embed.js';
import { buildControls } from './controls.js';
import { Entry } from './entry.js';
import { exampleSearch } from './measured.js';
import { byAtom, byBond, entryOf, offered, options, unsuitable } from './methods.js';
import { MODELS, models } from './models.js';
import './space/main.js';
import { codec } from './state.js';
import { Subsets } from './subsets.js';
import { AtomTable } from './table.js';
import { toxicophoreSearch } from './toxicophores.js';
import { style, View } from './view.js';
import { Work } from './work.js';

/** @typedef {MoleculePage} Page */

class MoleculePage {
  constructor() {
    const linked = codec.complete(Address.read(codec));
    /**
     * `molecule`: the text that was read; `removed`: the atoms that are taken out.
     * @type {{ structure: Structure | null, removed: Set<number>, molecule: string, model: 'ames' | 'esol', method: string,
     *   of: 'atoms' | 'bonds', palette: string, outlined: boolean }}
     */
    this.state = { ...linked, structure: null, removed: new Set() };
    /** A link's molecule, which is not read yet, and the atoms to take out of it. @type {{ molecule: string, removed: number[] }} */
    this.linked = linked;
    /** @type {import('./words.js').Answer | null} */
    this.answer = null;
    /** @type {any} */
    this.result = null; // the explanation shown
    /** @type {{ name: string, atoms: number[] }[]} */
    this.toxicophores = [];
    /** @type {string | null} */
    this.example = null;
    /** The method of atoms that another takes the place of while bonds are explained. */
    this.swapped = { before: '', instead: '' };
    this.notices = new Notices(byId('notices'));
    this.address = new Address({
      codec,
      state: () => ({ ...this.state, removed: [...this.state.removed].sort((a, b) => a - b) }),
      notices: this.notices,
      found: (part) => this.restore(codec.complete(part)),
      holds: 'the molecule and the settings',
      wayOut: 'Shorten its name, or save it as JSON, which holds all of it.',
    });
    byId('copy-link').addEventListener('click', () => this.address.copy());
    const { notices } = this;
    new Embed({ button: byId('embed', HTMLButtonElement), notices, shown: () => embedding(this) });
  }

  async start() {
    startTheme(byId('theme'), () => this.draw());
    startPrint(() => this.draw());
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
      progress: (name, share) => this.worksOf(name).forEach((work) => work.show(share)),
    });
    /** @type {View} */ this.view = new View(this);
    /** @type {AtomTable} */ this.table = new AtomTable({
      table: byId('table'),
      save: byId('save-csv'),
      toggle: (atom) => this.toggle(atom),
    });
    const work = (name, again) => {
      const one = new Work({ stop: () => this.stop(name), again });
      byId(`${name}-work`).replaceChildren(one.node);
      return one;
    };
    /** Slow work by the name of its request. @type {Record<string, Work>} */ this.works = {
      explain: work('explain', () => this.again()),
      additivity: work('additivity', () => this.again('fragments')),
      subsets: work('subsets', () => this.askSubsets()),
    };
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
    /** @type {Compare} */ this.compare = new Compare(this);
    /** @type {Additivity} */ this.additivity = new Additivity(this);
    /** @type {Subsets} */ this.subsets = new Subsets();
    this.check();
    buildControls(this);
    /** @type {Entry} */ this.entry = new Entry({
      read: (structure, text) => this.use(structure, text),
      old: (isOld) => byId('main').toggleAttribute('data-unread', isOld),
    });
    this.entry.start(this.state.molecule);
  }

  // ---- state to request

  /** Of a link: a method that there is. */
  check() {
    const { state } = this;
    const entries = offered(this.catalogue, state.of);
    if (!entries.some(({ name }) => name === state.method)) state.method = entries[0].name;
  }

  /** A link that was followed in the open page. */
  restore({ removed, ...linked }) {
    Object.assign(this.state, linked);
    this.swapped = { before: '', instead: '' };
    this.linked = { molecule: linked.molecule, removed };
    if (!this.entry) return; // the page has not started yet
    this.check();
    buildControls(this);
    this.entry.type(linked.molecule);
  }

  /** @param {Structure} structure @param {string} text as which it was read */
  use(structure, text) {
    const { molecule, removed } = this.linked;
    const isLinked = molecule.trim().split(/\s/)[0] === structure.smiles;
    const out = isLinked ? removed.filter((atom) => atom < structure.size) : [];
    this.linked = { molecule: '', removed: [] };
    this.state.structure = structure;
    this.state.molecule = text;
    this.state.removed = new Set(out.slice(0, structure.size - 1));
    this.toxicophores = this.search(structure.pattern);
    this.example = this.exampleOf(structure);
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

  input() {
    const { structure } = this;
    const { removed } = this.state;
    const present = Float32Array.from({ length: structure.size }, (_, atom) =>
      removed.has(atom) ? 0 : 1,
    );
    return [structure.features, structure.adjacency, present];
  }

  /** The key of a question about the molecule as it is now. */
  key(parts = {}) {
    const { removed, model } = this.state;
    const out = [...removed].sort((a, b) => a - b);
    return requestKey({ molecule: this.structure.smiles, out, model, ...parts });
  }

  network(lane) {
    return this.models.get(MODELS[this.state.model].file, this.structure.size, lane);
  }

  submit() {
    if (!this.state.structure) return;
    this.queue.reset();
    for (const work of Object.values(this.works)) work.end();
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
    const { shows } = this.view;
    this.result = null;
    clearAnswer(shows);
    const key = this.key({ method, of });
    const why = unsuitable(method, structure);
    setText(byId('why-not'), why ?? '');
    // Fragments are taken out in any case, to see whether the parts add up.
    if (why || method === 'fragments') {
      this.queue.drop('explain');
      this.works.explain.end();
      expectAnswer(shows, key);
      if (why) settle(shows, key);
      else this.byFragments();
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
    if (entry.quick) this.works.explain.end();
    this.queue.ask('explain', { slow: !entry.quick, work, key, shows });
    this.draw();
  }

  /** The shares of the fragments as an explanation, where they are there, or why there are none. */
  byFragments() {
    const { result, why } = this.additivity;
    const key = this.key({ method: 'fragments', of: 'atoms' });
    const { shows } = this.view;
    setText(byId('why-not'), why);
    if (why) settle(shows, key);
    if (!result) return;
    const { structure, model, shares, whole } = result;
    const sum = shares.reduce((total, share) => total + share, 0);
    const explanation = { sum, score: whole, expected: null, signed: true, notes: [], extra: {} };
    const values = shares;
    this.result = { explanation, values, structure, model, method: 'fragments', of: 'atoms' };
    showAnswer(shows, key);
  }

  /** The subsets need the answer: they are looked for only where there is one. */
  askSubsets() {
    const { answer, structure } = this;
    if (!answer) return;
    const why = this.subsets.refusal(answer);
    const look = style(null, this.state.palette);
    this.subsets.wait(structure, why ?? 'Looking for groups of atoms …', look);
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

  // ---- slow work

  /** Where it is told how far a request is: that of the fragments may be the picture's, too. */
  worksOf(name) {
    const { works } = this;
    const isPicture = name === 'additivity' && this.state.method === 'fragments';
    const own = name in works ? [works[name]] : [];
    return isPicture ? [...own, works.explain] : own;
  }

  /** Ends the work of a request. */
  stop(name) {
    const asked = name === 'explain' && this.state.method === 'fragments' ? 'additivity' : name;
    this.queue.drop(asked);
    for (const work of this.worksOf(asked)) work.halt();
    const { shows } = asked === 'explain' ? this.view : this[asked];
    settle(shows, shows[0].dataset.wanted);
    if (asked === 'additivity') this.failed(asked, new Error('The work was stopped.'), true);
    else if (asked === 'subsets') setText(byId('subsets-note'), 'The search was stopped.');
  }

  /** Begins it anew. */
  again(method = this.state.method) {
    if (method === 'fragments') this.additivity.ask();
    if (method === this.state.method) this.explain();
    this.draw();
  }

  // ---- result to picture

  received(name, result) {
    for (const work of this.worksOf(name)) work.end();
    if (name === 'predict') {
      const [logit] = result.logits;
      const share = result.probabilities?.[0] ?? null; // a solubility is no probability
      this.answer = { model: this.state.model, logit, share, info: result.info };
      this.askSubsets();
    } else if (name === 'explain') this.result = result;
    else if (name === 'additivity') {
      this.additivity.received(result);
      if (this.state.method === 'fragments') this.byFragments();
    } else if (name === 'subsets') {
      const look = style(null, this.state.palette);
      this.subsets.show(result.structure, result.answer, result.found, look);
    } else this.compare.received(name, result);
    this.draw();
  }

  failed(name, error, isStopped = false) {
    if (!isStopped) for (const work of this.worksOf(name)) work.end();
    if (name === 'subsets') setText(byId('subsets-note'), error.message);
    else if (!isStopped) this.notices.error('That could not be computed', error);
    if (name !== 'additivity') return;
    this.additivity.failed(error);
    if (this.state.method === 'fragments') this.byFragments();
    this.draw();
  }

  /** The catalogue's entry of a method, in the words of this page. */
  described(method, of) {
    const entry = offered(this.catalogue, of).find(({ name }) => name === method);
    if (!entry) throw new Error(`${method} does not explain ${of}`);
    return entry;
  }

  draw() {
    const { state, result } = this;
    this.view?.draw();
    if (!state.structure) return;
    this.compare.draw();
    this.additivity.draw();
    const { method, of } = result ?? state;
    const values = of === 'atoms' ? (result?.values ?? null) : null;
    const own = { method, title: this.described(method, of).title, values };
    const others = this.compare.columns().filter((one) => of === 'bonds' || one.method !== method);
    this.table.show({
      structure: state.structure,
      removed: state.removed,
      columns: [...(of === 'atoms' ? [own] : []), ...others],
      towards: MODELS[state.model].towards,
    });
    this.address.keep();
    // It holds what has come and a dash for what has not.
    settle([byId('table')], this.key());
  }
}

useMolecules(drawing);
new MoleculePage().start();
