import { el, setText } from '../../kit/page/dom.js';
import { format } from '../../kit/page/numbers.js';
import { expectAnswer, settle, showAnswer } from '../../kit/engine/request.js';
import { cosineSimilarity } from '../views/cosine-similarity.js';
import { MapPanel } from '../views/map-panel.js';
import { part, row, slider, table } from '../parts.js';

const METHODS = ['guided-backprop', 'gradient', 'lrp', 'integrated-gradients'];

const weighted = (info) => info.nodes.filter(({ kind }) => /conv|dense/.test(kind));

/** Which map noticed least, by its own numbers. */
function leastChanged(found, page) {
  const most = (key) => [...found].sort((a, b) => b[1][key] - a[1][key])[0];
  const said = ([method, likeness], key) => `${page.entry(method).title}, ${format(likeness[key])}`;
  const signed = most('signed');
  const first =
    signed[1].signed > 0.5
      ? `Noticed least: ${said(signed, 'signed')}.`
      : `Every map noticed; the most alike is ${said(signed, 'signed')}.`;
  return `${first} By sizes alone, whatever the sign: ${said(most('sizes'), 'sizes')}.`;
}

/** The layers' weights are drawn anew from the top down: a map that stays the same did not explain them. */
export class WeightRandomisation {
  /** @param {import('../main.js').Page} page */
  constructor(page) {
    this.page = page;
    this.layers = 0;
    this.found = new Map();
    this.maps = METHODS.map((method) => new MapPanel(`forget-${method}`, page.entry(method).title));
    this.slider = slider('Layers forgotten, from the top', {
      min: 0,
      max: 4,
      value: 0,
      show: String,
      changed: (layers) => {
        this.layers = layers;
        this.ask();
      },
    });
    this.told = 0; // layers that the numbers are of
    this.status = el('p', { class: 'result', role: 'status' });
    this.numbers = el('div');
    this.least = el('p', { class: 'result' });
    this.node = part(
      'Weight randomisation: does the map notice?',
      'The weights of the last layers are replaced by random ones: the network has forgotten what it learnt. A map that still looks the same explained the drawing and not the network.',
      this.slider.node,
      this.status,
      row(...this.maps.map(({ node }) => node)),
      this.numbers,
      this.least,
    );
  }

  async ask() {
    const { subject, models, jobs, parameters } = this.page;
    const { model } = subject;
    this.turn = (this.turn ?? 0) + 1;
    const { turn } = this;
    if (model.info.hash !== this.hash) {
      this.hash = model.info.hash;
      this.layers = Math.min(this.layers, weighted(model.info).length);
      this.slider.set(this.layers, weighted(model.info).length);
      this.original = null;
    }
    const { layers } = this;
    const options = METHODS.map((method) => parameters.options(method));
    const key = this.page.key({ options, layers });
    const nodes = this.maps.map(({ node }) => node);
    const told = [this.numbers, this.least];
    expectAnswer([...nodes, ...told], key);
    settle([this.status], key);
    const isOwn = model.id === 'own';
    if (subject.empty || isOwn || (subject.known && subject.idle)) {
      for (const method of METHODS) jobs.drop(`view forget ${method}`);
      const why = isOwn ? 'For the two networks of this page' : subject.idle;
      for (const map of this.maps) map.fail(why);
      this.found = new Map();
      this.numbers.replaceChildren();
      setText(this.status, '');
      setText(this.least, '');
      settle([...nodes, ...told], key);
      return;
    }
    const names = weighted(model.info).map(({ name }) => name);
    const lost = names.slice(names.length - layers).reverse();
    setText(this.status, layers === 0 ? 'Nothing is forgotten.' : `Forgotten: ${lost.join(', ')}.`);
    if (!subject.known) return;
    const [input, ink] = [subject.input(), subject.pixels];
    // The class by its number: the answer of a network that forgot is another one.
    const target = model.classes.target(subject.explained);
    /** @type {any[]} */
    const asked = options.map((each) => ({ ...each, target }));
    try {
      const drawn = await models.randomized(model.id, layers);
      if (turn !== this.turn) return;
      // The numbers are shown when all are there: those of two questions must not stand side by side.
      const fresh = new Map();
      let left = METHODS.length;
      const ended = () => {
        left -= 1;
        if (left === 0) {
          this.found = fresh;
          this.told = layers;
        }
        this.draw();
        if (left === 0) showAnswer(told, key);
      };
      METHODS.forEach((method, i) => {
        jobs.ask(`view forget ${method}`, {
          model,
          key,
          shows: [nodes[i]],
          work: (worker) =>
            Promise.all([worker.explain(input, asked[i]), drawn.explain(input, asked[i])]),
          done: ([before, now]) => {
            this.maps[i].explain(now, ink);
            const sizes = [before, now].map(({ relevance }) => relevance.map(Math.abs));
            fresh.set(method, {
              signed: cosineSimilarity(before.relevance, now.relevance),
              sizes: cosineSimilarity(...sizes),
            });
            ended();
          },
          failed: (error) => {
            this.maps[i].fail(error.message);
            ended();
          },
        });
      });
    } catch (/** @type {any} */ error) {
      if (turn !== this.turn) return;
      for (const map of this.maps) map.fail(error.message);
      setText(this.status, error.message);
      this.found = new Map();
      this.numbers.replaceChildren();
      setText(this.least, '');
      showAnswer([...nodes, ...told], key);
    }
  }

  answered() {
    this.ask();
  }

  draw() {
    const style = this.page.style();
    for (const map of this.maps) map.draw(style);
    if (this.found.size === 0) return;
    const rows = METHODS.filter((method) => this.found.has(method)).map((method) => [
      this.page.entry(method).title,
      format(this.found.get(method).signed),
      format(this.found.get(method).sizes),
    ]);
    this.numbers.dataset.layers = String(this.told);
    setText(this.least, this.told > 0 ? leastChanged(this.found, this.page) : '');
    this.numbers.replaceChildren(
      table(
        'Likeness to the map of the trained network (cosine; 1: unchanged)',
        ['method', 'cosine', 'of the sizes alone'],
        rows,
      ),
    );
  }
}
