import { el, setText } from '../../kit/page/dom.js';
import { format } from '../../kit/page/numbers.js';
import { KeptPanel } from './kept-panel.js';
import { part } from '../parts.js';

/** The input of which only `kept` is left. @param {number|Float32Array} mask for all else, or one per value */
export const left = (input, kept, mask) =>
  input.map((value, i) => (kept.has(i) ? value : typeof mask === 'number' ? mask : mask[i]));

/** The last `size` of the order of backward selection: what is kept longest. */
export const lastOf = ({ order }, size) => new Set(order.slice(order.length - size));

const compared = (score, tau) => `${format(score)} ${score >= tau ? '≥' : '<'} τ`;

/** The disjoint collection. Every member is asked again: by itself, and without the pixel that was kept last. */
export class Collection {
  /** @param {import('../main.js').Page} page */
  constructor(page) {
    this.page = page;
    this.list = el('div', { class: 'panels small' });
    this.rest = el('p', { class: 'fine' });
    this.node = part(
      'The disjoint collection',
      'Mask the first subset and search again in what remains, until the remainder no longer reaches τ. Each subset is asked again by itself, and without the pixel kept last. That shows it small along the order found, not smallest of all.',
      this.list,
      this.rest,
    );
  }

  /** @returns {import('../../kit/engine/request.js').Place[]} */
  get shows() {
    return [this.list, this.rest];
  }

  clear() {
    this.page.jobs.drop('view subsets members');
    this.list.replaceChildren();
    setText(this.rest, '');
  }

  stopped() {
    setText(this.rest, 'The search was stopped here.');
  }

  /** @param {{sis, target, ink, mask}} found @param {Float32Array|null} mean what the mask looks like */
  show({ sis, target, ink, mask }, mean) {
    const panels = sis.sets.map((set, k) => {
      const panel = new KeptPanel(`set-${k + 1}`, `Subset ${k + 1}`);
      const count = set.features.length;
      panel.keep({ pixels: ink, kept: lastOf(set, count), mask: mean, line: `${count} pixels` });
      return panel;
    });
    this.list.replaceChildren(...panels.map((panel) => panel.node));
    for (const panel of panels) panel.draw();
    this.ask(sis, target, mask, panels);
    if (sis.rest === null) return;
    const end = sis.complete ? 'below τ, so the collection is whole' : 'more may follow';
    setText(this.rest, `With all of them masked f = ${format(sis.rest)}: ${end}.`);
  }

  ask({ sets, threshold }, target, mask, panels) {
    const { subject, jobs } = this.page;
    const input = subject.input();
    const rows = sets.flatMap((set) => {
      const count = set.features.length;
      return [count, Math.max(0, count - 1)].map((size) => left(input, lastOf(set, size), mask));
    });
    const all = new Float32Array(rows.length * input.length);
    rows.forEach((values, k) => all.set(values, k * input.length));
    jobs.ask('view subsets members', {
      model: subject.model,
      work: (model) => model.predict(all, { batch: rows.length }),
      done: (prediction) => {
        const answers = subject.model.classes.answers(prediction);
        const score = (row) => answers[row].probabilities?.[target] ?? NaN;
        panels.forEach((panel, k) => {
          const count = sets[k].features.length;
          const less =
            count > 0 ? `; without the one kept last ${compared(score(2 * k + 1), threshold)}` : '';
          panel.say(`${count} pixels, asked again f = ${compared(score(2 * k), threshold)}${less}`);
        });
      },
      failed: (error) => setText(this.rest, error.message),
    });
  }
}
