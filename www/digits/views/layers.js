import { el, setText } from '../../kit/page/dom.js';
import { format, signed } from '../../kit/page/numbers.js';
import { expectAnswer, settle } from '../../kit/engine/request.js';
import { Filters } from './filters.js';
import { layerRules } from './parameters-view.js';
import { MapPanel } from './map-panel.js';
import { ConservationMeter } from './conservation.js';
import { NeuronTable } from './neuron-table.js';
import { button, choice, lesson, row } from '../parts.js';
import { TransposedConvolution } from '../lessons/transposed-convolution.js';
import { Tiles } from './tiles.js';

const BEAT = 700; // ms per layer while the film runs
/** The methods that are one backward pass, so that it can be followed. */
const METHODS = ['lrp', 'deconvnet', 'guided-backprop', 'gradient'];

/** The way of the relevance through the network, layer by layer. */
export class View {
  /** @param {import('../main.js').Page} page */
  constructor(page) {
    this.page = page;
    this.layer = 0;
    this.unit = null; // {node, channel} or {node, index}: another start than the class
    this.timer = 0;
    this.method = page.parameters.kept('layers', 'method', 'lrp', (name) => METHODS.includes(name));
    this.map = new MapPanel('trace', 'At the pixels');
    this.meter = new ConservationMeter((index) => this.choose(index));
    this.tiles = new Tiles({
      start: (unit) => this.start(unit),
      neuron: (index) => this.neuron.choose(this.layer, index),
    });
    this.neuron = new NeuronTable(page, {
      options: () => this.options(),
      start: (unit) => this.start(unit),
    });
    this.filters = new Filters(page);
    this.stamp = new TransposedConvolution(page);
    this.status = el('p', { class: 'result', role: 'status' });
    this.play = button('Play', () => this.film());
    this.back = button('Start at the class again', () => this.start(null), { hidden: true });
    this.pick = choice('Layer', [], '', (index) => this.choose(Number(index)));
    const titles = METHODS.map((name) => [name, page.catalogue.get(name)?.title ?? name]);
    this.how = choice('Method', titles, this.method, (name) => {
      this.method = name;
      page.parameters.set('layers', 'method', name);
      page.address.keep();
      this.ask();
    });
    this.node = lesson(
      'layers',
      'Layer by layer: follow the relevance',
      'Forward, each layer computes its values. At the output the score is the relevance; backward, each layer hands it on to its inputs. Nothing is lost but what biases and ε take, and the meter shows it. Deconvnet and the gradients send a signal back the same way, which promises no sum; any channel or neuron can be the start instead of the class.',
      el('div', { class: 'controls-row' }, this.play, this.how.node, this.pick.node, this.back),
      this.status,
      this.meter.node,
      row(this.map.node, this.tiles.node),
      this.neuron.node,
      this.filters.node,
      this.stamp.node,
    );
  }

  /** Whether what is sent back are shares of the score. */
  get conserves() {
    return this.method === 'lrp';
  }

  options() {
    const { parameters, state, subject } = this.page;
    const options = parameters.options(this.method);
    if (this.conserves) options.rules = layerRules(state.params, subject.model.info);
    if (this.unit) {
      delete options.target;
      delete options.against;
      options.unit = this.unit;
    }
    return options;
  }

  get shows() {
    return [this.map, this.meter, this.tiles].map(({ node }) => node).concat(this.status);
  }

  ask() {
    const { subject, jobs } = this.page;
    this.halt();
    const { hash, nodes } = subject.model.info;
    if (hash !== this.hash) {
      this.hash = hash;
      this.unit = null;
      this.layer = Math.min(1, nodes.length - 1);
      this.neuron.reset();
      this.stamp.ask();
    }
    this.filters.ask();
    this.back.hidden = this.unit === null;
    this.trace = null;
    jobs.drop('view layers');
    const options = this.options();
    const key = this.page.key({ options });
    expectAnswer(this.shows, key);
    this.neuron.expect(key);
    // A channel or neuron is explained whatever the classes are.
    if (subject.empty || (!this.unit && subject.known && subject.idle)) {
      this.fail(subject.idle);
      settle(this.shows, key);
      return;
    }
    if (!subject.known) return;
    const [input, ink] = [subject.input(), subject.pixels];
    jobs.ask('view layers', {
      model: subject.model,
      key,
      shows: this.shows,
      work: (model) => model.trace(input, options),
      done: (trace) => this.show(trace, ink),
      failed: (error) => this.fail(error.message),
    });
  }

  answered() {
    this.ask();
  }

  fail(text) {
    this.map.fail(text);
    setText(this.status, `${text}.`);
    this.meter.clear();
    this.tiles.clear();
    this.neuron.fail();
  }

  show(trace, ink) {
    this.trace = trace;
    this.ink = ink;
    const { info } = this.page.subject.model;
    this.pick.input.replaceChildren(
      ...info.nodes.map(({ name, kind, shape }, index) =>
        el('option', { value: index, text: `${name}, ${kind}, ${shape.join(' × ')}` }),
      ),
    );
    const [input] = info.nodes.keys();
    const values = trace.nodes[input].adjoint ?? new Float32Array(784);
    const sum = values.reduce((total, value) => total + value, 0);
    this.map.show({
      values,
      ink,
      line: `Σ ${this.conserves ? 'R' : 'h'} = ${format(sum)} of f = ${format(trace.score)}`,
    });
    this.meter.node.hidden = !this.conserves;
    this.meter.show(trace, info);
    this.draw();
    this.neuron.ask(this.layer);
  }

  choose(layer) {
    this.halt();
    this.layer = layer;
    this.draw();
    this.neuron.ask(layer);
  }

  start(unit) {
    this.unit = unit;
    this.ask();
  }

  classes() {
    const { subject } = this.page;
    const { explained, rival } = subject;
    const against = rival === null ? '' : ` against ${subject.label(rival)}`;
    return `class ${subject.label(explained)}${against}`;
  }

  draw() {
    const { trace } = this;
    if (!trace) return;
    const { nodes } = this.page.subject.model.info;
    const style = this.page.style();
    this.map.draw(style);
    this.pick.input.value = String(this.layer);
    this.meter.mark(this.layer);
    this.filters.draw();
    const node = nodes[this.layer];
    this.tiles.show(node, trace.nodes[this.layer], style);
    const from = this.unit
      ? `${this.unit.node}, ${'channel' in this.unit ? `channel ${this.unit.channel + 1}` : `unit ${this.unit.index + 1}`}`
      : this.classes();
    const { adjoint } = trace.nodes[this.layer];
    const sum = adjoint ? adjoint.reduce((total, value) => total + value, 0) : null;
    const [what, start, total] = this.conserves
      ? ['relevance', `R = f = ${format(trace.score)}`, 'Σ R']
      : ['signal', `the signal 1, f = ${format(trace.score)}`, 'Σ of the signal'];
    setText(
      this.status,
      `Start: ${from}, with ${start}. ${node.name}: ${sum === null ? `no ${what} arrives here` : `${total} = ${signed(sum)}`}.`,
    );
  }

  // ---- the film: forward, initialisation, backward

  halt() {
    clearTimeout(this.timer);
    this.timer = 0;
    setText(this.play, 'Play');
    this.tiles.phase(null);
  }

  film() {
    if (this.timer) {
      this.halt();
      this.draw();
      return;
    }
    if (!this.trace) return;
    const last = this.trace.nodes.length - 1;
    const frames = [
      ...Array.from({ length: last + 1 }, (_, k) => ({ phase: 'forward', layer: k })),
      { phase: 'initialisation', layer: last },
      ...Array.from({ length: last }, (_, k) => ({ phase: 'backward', layer: last - 1 - k })),
    ];
    setText(this.play, 'Stop');
    const next = (k) => {
      if (k === frames.length || this.node.hidden) {
        this.halt();
        return;
      }
      const { phase, layer } = frames[k];
      this.layer = layer;
      this.tiles.phase(phase);
      this.draw();
      setText(
        this.status,
        `${phase}: ${this.page.subject.model.info.nodes[layer].name}. ${this.status.textContent}`,
      );
      this.timer = setTimeout(() => next(k + 1), BEAT);
    };
    next(0);
  }
}
