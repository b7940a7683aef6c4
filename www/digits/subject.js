import { preprocess, SIDE } from './preprocess.js';

/** What is explained: a drawing or an image, the network, its answer, the class and its rival. */
export class Subject {
  /** @param {object} state of the page: target, against, strokes, image */
  constructor(state) {
    this.state = state;
    this.model = null;
    this.answer = null; // {probabilities (or null), logits, top}
    this.read();
  }

  /** Reads drawing or image anew. */
  read() {
    const { image, strokes } = this.state;
    if (image) {
      this.pixels = Float32Array.from(image, (grey) => grey / 255);
      this.empty = false;
    } else {
      Object.assign(this, preprocess(strokes));
    }
  }

  get side() {
    return SIDE;
  }

  /** Whether there is something to explain. */
  get ready() {
    return this.model !== null && !this.empty;
  }

  /** The pixels in the range of the network's input. */
  input(pixels = this.pixels) {
    const [low, high] = this.model.range;
    return pixels.map((value) => low + value * (high - low));
  }

  /** The input where nothing is drawn. */
  get blank() {
    return this.model?.range[0] ?? 0;
  }

  /** The explained class, or null while the answer is not known. */
  get explained() {
    return this.state.target === 'top' ? (this.answer?.top ?? null) : this.state.target;
  }

  /** The explained class as explain() is asked for it. Of a single sigmoid the side it takes is known with the answer. */
  get target() {
    const { classes } = this.model;
    if (this.state.target !== 'top') return classes.target(this.state.target);
    return classes.binary ? classes.target(this.answer?.top ?? 0) : 'top';
  }

  /** The rival class, unless it is the explained class itself. */
  get rival() {
    return this.state.against === this.explained ? null : this.state.against;
  }

  label(index) {
    return index === null ? '–' : (this.model?.labels[index] ?? String(index));
  }
}
