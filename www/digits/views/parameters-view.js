import { el, setText } from '../../kit/page/dom.js';
import { paramControl } from '../../kit/elements/params.js';
import { digest, expectAnswer, isOld, settle, showAnswer } from '../../kit/engine/request.js';
import { describe } from '../../kit/elements/summary.js';
import { suited } from '../groups.js';
import { InputRange } from '../lessons/input-range.js';
import { MapPanel } from './map-panel.js';
import { button, choice, lesson, part, row, slider } from '../parts.js';

const FIRST = ['lrp', 'integrated-gradients', 'smooth-grad', 'deeplift', 'occlusion'];

/** Methods with something to turn, the usual ones first; sufficient input subsets have a view of their own. */
function offered(catalogue) {
  const names = [...catalogue.values()]
    .filter(({ name, params }) => params.length > 0 && name !== 'sis')
    .map(({ name }) => name);
  return [...FIRST, ...names.filter((name) => !FIRST.includes(name))];
}

const RULES = [
  ['', 'as the composite has it'],
  ['zero', 'LRP-0'],
  ['epsilon', 'ε'],
  ['gamma', 'γ'],
  ['plus', 'z⁺'],
  ['alpha-beta', 'αβ'],
  ['w-square', 'w²'],
  ['flat', 'flat'],
];
const WORDS = new Set(RULES.map(([word]) => word));

/** The layers with weights of a model, with their index among its nodes. */
const layersOf = (info) =>
  info.nodes
    .map((node, index) => ({ ...node, index }))
    .filter(({ kind }) => /conv|dense/.test(kind));

/** The option `rules` of LRP that a state's parameters name. */
export function layerRules(params, info) {
  return layersOf(info)
    .map(({ name, index }) => [name, params.get(`rules.n${index}`)])
    .filter(([, rule]) => rule && WORDS.has(rule))
    .map(([name, rule]) => `${name}=${rule}`)
    .join(',');
}

/** One method with all its parameters; the map follows the finger. */
export class View {
  /** @param {import('../main.js').Page} page */
  constructor(page) {
    this.page = page;
    const known = offered(page.catalogue);
    this.method = page.parameters.kept('knobs', 'method', 'lrp', (name) => known.includes(name));
    this.map = new MapPanel('knobs', '…');
    this.before = new MapPanel('knobs-usual', 'With the usual values');
    this.controls = el('div', { class: 'controls' });
    this.rules = el('div', { class: 'controls' });
    this.help = el('p', { class: 'fine' });
    this.compared = el('p', { class: 'result', role: 'status' });
    this.rulePart = part(
      'A rule for each layer',
      'Practice mixes rules: z-box or flat at the pixels, γ in the lower layers, ε in the upper ones.',
      this.rules,
    );
    this.choice = choice(
      'Method',
      known.map((name) => [name, page.entry(name).title]),
      this.method,
      (name) => this.choose(name),
    );
    this.range = new InputRange(page);
    this.node = lesson(
      'knobs',
      'Parameters: what moves the map',
      'Every method has choices in it, and the map depends on them. Move one and watch what stays.',
      row(
        this.map.node,
        this.before.node,
        el('div', { class: 'knobs-side' }, this.choice.node, this.help, this.controls),
      ),
      this.compared,
      this.rulePart,
      this.range.node,
    );
  }

  choose(name) {
    this.method = name;
    this.page.parameters.set('knobs', 'method', name);
    this.built = '';
    for (const panel of [this.map, this.before]) panel.fail('Computing …');
    this.page.address.keep();
    this.ask();
  }

  /** What controls are built of: a method, a model, and values that may have been chosen elsewhere. */
  get source() {
    const { subject, parameters, state } = this.page;
    const { info, range } = subject.model;
    const rules = layersOf(info).map(({ index }) => state.params.get(`rules.n${index}`));
    return digest([this.method, info.hash, range, parameters.values(this.method), rules]);
  }

  build() {
    const { subject, parameters, state } = this.page;
    if (this.source === this.built) return;
    this.built = this.source;
    const entry = this.page.entry(this.method);
    setText(this.help, entry.summary);
    const values = parameters.values(this.method);
    const changed = (name) => (value) => {
      parameters.set(this.method, name, value);
      this.turned();
    };
    const [low, high] = subject.model.range;
    const controls = entry.params
      .filter(({ kind }) => kind !== 'rules')
      .map((param) =>
        param.kind === 'baseline' && typeof values[param.name] === 'number'
          ? slider(param.name, {
              min: low,
              max: high,
              step: (high - low) / 50,
              value: values[param.name],
              changed: changed(param.name),
            }).node
          : paramControl(param, values[param.name], changed(param.name), { help: true }),
      );
    const reset = button('Back to the usual values', () => {
      const prefixes = [`${this.method}.`, 'rules.'];
      for (const name of [...state.params.keys()])
        if (prefixes.some((prefix) => name.startsWith(prefix))) state.params.delete(name);
      this.page.address.keep();
      this.ask();
    });
    this.controls.replaceChildren(...controls, reset);
    this.rulePart.hidden = this.method !== 'lrp';
    const rows = layersOf(subject.model.info).map(
      ({ name, index, kind }) =>
        choice(`${name} (${kind})`, RULES, state.params.get(`rules.n${index}`) ?? '', (rule) => {
          if (rule) parameters.set('rules', `n${index}`, rule);
          else state.params.delete(`rules.n${index}`);
          this.turned();
        }).node,
    );
    this.rules.replaceChildren(...rows);
  }

  /** A knob was turned: it stands as it is, under the finger. */
  turned() {
    this.built = this.source;
    this.page.address.keep();
    this.ask();
  }

  ask() {
    const { subject, jobs, parameters, state } = this.page;
    this.build();
    this.range.ask();
    const options = parameters.options(this.method);
    const entry = this.page.entry(this.method);
    /** @type {Record<string, any>} */
    const usual = {
      method: this.method,
      target: options.target,
      ...suited(entry, subject.model.info, subject.blank),
    };
    if ('against' in options) usual.against = options.against;
    if (this.method === 'lrp') options.rules = layerRules(state.params, subject.model.info);
    this.map.rename(entry.title);
    this.wanted = this.page.key({ now: options, usual });
    expectAnswer([this.compared], this.wanted);
    const keys = new Map(
      [options, usual].map((which) => [which, this.page.key({ options: which })]),
    );
    expectAnswer([this.map.node], keys.get(options));
    expectAnswer([this.before.node], keys.get(usual));
    if (subject.empty || (subject.known && subject.idle)) {
      for (const part of ['now', 'usual']) jobs.drop(`view knobs ${part}`);
      for (const panel of [this.map, this.before]) panel.fail(subject.idle);
      setText(this.compared, '');
      settle([this.map.node, this.before.node, this.compared], this.wanted);
      return;
    }
    if (subject.pending) return;
    const [input, ink] = [subject.input(), subject.pixels];
    const ask = (part, panel, which) =>
      jobs.ask(`view knobs ${part}`, {
        model: subject.model,
        key: keys.get(which),
        shows: [panel.node],
        question: `${which.method}/${which.target}/${which.against}`,
        slow: !entry.quick,
        work: (model, call) => model.explain(input, which, call),
        done: (explanation) => {
          panel.explain(explanation, ink);
          showAnswer([panel.node], keys.get(which));
          this.draw();
        },
        failed: (error) => {
          panel.fail(error.message);
          setText(this.compared, '');
          showAnswer([this.compared], this.wanted);
        },
      });
    ask('now', this.map, options);
    ask('usual', this.before, usual);
  }

  answered() {
    if (this.page.subject.idle) this.ask();
  }

  draw() {
    const style = this.page.style();
    this.range.draw();
    this.map.draw(style);
    this.before.draw(style);
    if ([this.map, this.before].some(({ values, node }) => !values || isOld(node))) return;
    const words = ({ values, signed }) =>
      describe(Array.from(values), this.map.columns, signed).replace(/ Largest.*/, '');
    setText(this.compared, `Now: ${words(this.map)} With the usual values: ${words(this.before)}`);
    showAnswer([this.compared], this.wanted);
  }
}
