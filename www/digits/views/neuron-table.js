import { el, setText } from '../../kit/page/dom.js';
import { format, signed } from '../../kit/page/numbers.js';
import { expectAnswer, settle, showAnswer } from '../../kit/engine/request.js';
import { button, part, table } from '../parts.js';

const SHOWN = 8; // strongest inputs in the table

/** One neuron with its real numbers: z_ij, Σz, R_j, and what it hands back to each input. */
export class NeuronTable {
  /** @param {import('../main.js').Page} page @param {{options: () => any, start: (unit: object) => void}} how `options` of the pass */
  constructor(page, { options, start }) {
    this.page = page;
    this.options = options;
    /** @type {number | null} */
    this.index = 0;
    this.status = el('p', { class: 'result', role: 'status' });
    this.host = el('div', {
      class: 'scroll',
      tabindex: 0,
      role: 'group',
      'aria-label': 'Numbers of the neuron',
    });
    this.node = part(
      'Step through one neuron',
      'A neuron j adds up z_ij = x_i · w_ij and its bias. Of its relevance R_j each input gets a part r_i = x_i · C_i in proportion to z_ij, as its layer’s rule weighs it; what biases and ε keep stands below.',
      el(
        'div',
        { class: 'controls-row' },
        button('Earlier neuron', () => this.step(-1)),
        button('Next neuron', () => this.step(1)),
        button('Strongest neuron', () => this.choose(this.layer, null)),
        button('Explain this neuron', () => {
          const node = this.page.subject.loaded?.info.nodes[this.layer];
          if (node && this.index !== null) start({ node: node.name, index: this.index });
        }),
      ),
      this.status,
      this.host,
    );
  }

  reset() {
    this.index = null;
    this.clear();
  }

  clear() {
    setText(this.status, '');
    this.host.replaceChildren();
  }

  get shows() {
    return [this.status, this.host];
  }

  /** Waits for a trace, whose layers it is about. @param {string} key of the trace */
  expect(key) {
    this.page.jobs.drop('view neuron');
    this.key = key;
    expectAnswer(this.shows, key);
  }

  /** There is no trace. */
  fail() {
    this.clear();
    showAnswer(this.shows, this.key);
  }

  step(by) {
    const size = this.size();
    if (size) this.choose(this.layer, ((this.index ?? 0) + by + size) % size);
  }

  size() {
    const node = this.page.subject.loaded?.info.nodes[this.layer];
    return node ? node.shape.reduce((a, b) => a * b, 1) : 0;
  }

  /** @param {number} layer @param {number|null} index null: the neuron with the most relevance */
  choose(layer, index) {
    this.index = index;
    this.ask(layer);
  }

  ask(layer) {
    const { subject, jobs } = this.page;
    if (layer !== this.layer) this.index = null;
    this.layer = layer;
    const node = subject.model.info.nodes[layer];
    if (!subject.known || subject.empty) return;
    const key = `${this.key} layer=${layer}`;
    if (!/conv|dense/.test(node.kind)) {
      this.host.replaceChildren();
      setText(this.status, `${node.name} has no weights. Choose a layer that has: conv or dense.`);
      jobs.drop('view neuron');
      settle(this.shows, key);
      return;
    }
    const [input, options] = [subject.input(), this.options()];
    const wanted = this.index;
    jobs.ask('view neuron', {
      model: subject.model,
      key: `${key} neuron=${wanted}`,
      shows: this.shows,
      work: async (model) => {
        let index = wanted;
        if (index === null) {
          const { adjoint, values } = (await model.trace(input, options)).nodes[layer];
          index = (adjoint ?? values).reduce(
            (best, value, i, all) => (value > all[best] ? i : best),
            0,
          );
        }
        const neuron = await model.neuron(input, {
          ...options,
          neuron: { node: node.name, index },
        });
        return { index, neuron };
      },
      done: ({ index, neuron }) => this.show(node, index, neuron, options),
      failed: (error) => {
        this.host.replaceChildren();
        setText(this.status, error.message);
      },
    });
  }

  show(node, index, neuron, { method }) {
    this.index = index;
    const { output, bias, relevanceIn, inputs, values, weights, contributions, relevance } = neuron;
    const order = [...inputs.keys()].sort(
      (a, b) => Math.abs(contributions[b]) - Math.abs(contributions[a]),
    );
    const top = order.slice(0, SHOWN);
    const sum = (numbers, of) => of.reduce((total, k) => total + numbers[k], 0);
    const rest = order.slice(SHOWN);
    const share = (value) => (relevanceIn === 0 ? '–' : `${format((100 * value) / relevanceIn)} %`);
    // r_i = x_i · C_i: what a unit of the input is worth to this neuron (deep Taylor decomposition).
    const worth = (k) => (values[k] === 0 ? '–' : signed(relevance[k] / values[k]));
    // Gradients and deconvnet send a signal: no shares of anything.
    const isShare = method === 'lrp';
    const line = (name, z, r, { x = '', w = '', c = '' } = {}) => [
      name,
      x,
      w,
      signed(z),
      ...(isShare ? [c] : []),
      r === null ? '' : signed(r),
      r === null ? '' : share(r),
    ];
    const handed = sum(relevance, order);
    setText(
      this.status,
      `${node.name}, neuron ${index + 1} of ${this.size()}: Σ z + b = ${format(output)}, R_j = ${signed(relevanceIn)}.`,
    );
    this.host.replaceChildren(
      table(
        `The ${top.length} strongest of its ${inputs.length} inputs`,
        [
          'input i',
          'x_i',
          'w_ij',
          'z_ij',
          ...(isShare ? ['C_i = r_i / x_i', 'r_i', 'of R_j'] : ['signal to i', 'of what arrived']),
        ],
        [
          ...top.map((k) =>
            line(String(inputs[k] + 1), contributions[k], relevance[k], {
              x: format(values[k]),
              w: signed(weights[k]),
              c: worth(k),
            }),
          ),
          line(`the other ${rest.length}`, sum(contributions, rest), sum(relevance, rest)),
          line(
            isShare ? 'bias b_j, and ε' : 'bias b_j',
            bias,
            isShare ? relevanceIn - handed : null,
          ),
          line('together', sum(contributions, order) + bias, isShare ? relevanceIn : handed),
        ],
      ),
    );
  }
}
