import { el, setText } from '../../kit/page/dom.js';
import { format } from '../../kit/page/numbers.js';
import { requestKey, settle } from '../../kit/engine/request.js';
import { part, table } from '../parts.js';

const MODEL = '../models/planted.onnx';
const NAMES = ['a', 'b', 'c', 'd'];
const TAU = 0.7;

const bits = (set) => NAMES.map((_, i) => (set >> i) & 1);
const nameOf = (set) => `{${NAMES.filter((_, i) => (set >> i) & 1).join(', ')}}`;

/** A planted function of four inputs on which forward selection goes astray and backward selection does not. */
export class Planted {
  /** @param {import('../main.js').Page} page */
  constructor(page) {
    this.page = page;
    this.result = el('div');
    this.status = el('p', { class: 'result', role: 'status' });
    this.node = part(
      'Why backward?',
      'A toy, planted by hand: a network of four inputs. a and b are enough, but only together; c and d look helpful one by one. Selection that begins with nothing takes c first and needs all four. Selection that begins with everything finds a and b.',
      this.result,
      this.status,
    );
  }

  async load() {
    if (this.loaded) return;
    this.loaded = true;
    try {
      const model = await this.page.models.runtimes.quick.load(new URL(MODEL, document.baseURI));
      const all = Array.from({ length: 1 << NAMES.length }, (_, set) => bits(set));
      const { probabilities } = await model.predict(all.flat(), { batch: all.length });
      const { sis } = await model.explain([1, 1, 1, 1], {
        method: 'sis',
        target: 0,
        threshold: TAU,
        sets: 1,
      });
      const [found] = sis?.sets ?? [];
      this.show(probabilities, found);
    } catch (/** @type {any} */ error) {
      this.loaded = false;
      setText(this.status, error.message);
    }
  }

  show(f, { order, features }) {
    const whole = (1 << NAMES.length) - 1;
    let chosen = 0;
    const forward = [chosen];
    while (f[chosen] < TAU) {
      const next = NAMES.map((_, i) => chosen | (1 << i)).filter((set) => set !== chosen);
      chosen = next.reduce((best, set) => (f[set] > f[best] ? set : best));
      forward.push(chosen);
    }
    let kept = whole;
    const backward = [kept, ...Array.from(order, (index) => (kept &= ~(1 << index)))];
    const found = features.reduce((set, index) => set | (1 << index), 0);
    const path = (sets) => sets.map((set) => `${nameOf(set)} ${format(f[set], 2)}`);
    const steps = Math.max(forward.length, backward.length);
    const [ways, back] = [path(forward), path(backward)];
    this.result.replaceChildren(
      table(
        'f of what is chosen, step by step',
        ['step', 'forward, from nothing', 'backward, from everything'],
        Array.from({ length: steps }, (_, k) => [String(k), ways[k] ?? '', back[k] ?? '']),
      ),
    );
    settle([this.result, this.status], requestKey({ toy: 'planted' }));
    const size = forward.length - 1;
    setText(
      this.status,
      `At τ = ${TAU} forward selection ends with ${size} inputs, ${nameOf(chosen)}; backward selection with ${features.length}, ${nameOf(found)}, f = ${format(f[found])}.`,
    );
  }
}
