// A network's classes: how they are called, asked for and read. Those of a single sigmoid are its two sides.

/** @typedef {{ logits: Float32Array | number[], probabilities: Float32Array | number[] | null, top: number }} Answer */

const SIDES = ['yes', 'no'];

const perExample = (shape) => shape.reduce((a, b) => a * b, 1);

export class Classes {
  /** @param {import('../pkg/index.js').ModelInfo} info of a model: its first result counts */
  constructor({ outputs: [output], labels }) {
    const { activation, shape } = output;
    const count = Math.max(1, perExample(shape));
    /** Whether the network is a single sigmoid. */
    this.binary = activation === 'sigmoid' && count === 1;
    /** Whether what it says are probabilities. */
    this.certain = activation === 'softmax' || activation === 'sigmoid';
    this.labels = this.binary
      ? SIDES.map((side, i) => labels[i] ?? (labels[0] && i > 0 ? `not ${labels[0]}` : side))
      : Array.from({ length: count }, (_, i) => String(labels[i] ?? i));
  }

  /** What explain() is asked for a class. */
  target(index) {
    return this.binary ? SIDES[index] : index;
  }

  /** The class that an explanation is of. */
  of({ target, side }) {
    return side === 'no' ? 1 : target;
  }

  /**
   * What the network says of an example: raw outputs and probabilities (or null) by class, and the class with the
   * largest.
   * @param {{logits: Float32Array, probabilities: Float32Array|null}} prediction
   * @returns {Answer}
   */
  answer({ logits, probabilities }) {
    if (this.binary && probabilities) {
      const [[z], [p]] = [logits, probabilities];
      const top = z > 0 ? 0 : 1;
      return { logits: [z, -z], probabilities: [p, 1 - p], top };
    }
    const top = logits.reduce((best, value, i) => (value > logits[best] ? i : best), 0);
    return { logits, probabilities, top };
  }

  /** The answers to a batch, one after the other. */
  answers({ logits, probabilities }) {
    const size = this.binary ? 1 : this.labels.length;
    return Array.from({ length: logits.length / size }, (_, row) => {
      const own = (values) => values && values.subarray(row * size, (row + 1) * size);
      return this.answer({ logits: own(logits), probabilities: own(probabilities) });
    });
  }
}

/** Why subsets, quiz and the like have nothing to go by, for a network whose outputs are not probabilities. */
export const UNCERTAIN =
  'This network’s outputs are no probabilities as far as the page knows, so there is nothing to compare τ with. How they are read can be chosen beside the network.';
