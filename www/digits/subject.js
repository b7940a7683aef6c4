import { clip } from '../kit/page/numbers.js';
import { digest, requestKey } from '../kit/engine/request.js';
import { greys, preprocess, SIDE } from '../kit/pad/preprocess.js';

/** What is explained: a drawing or an image, the network, its answer, the class and its rival. */
export class Subject {
  /** @param {import('./state.js').State} state of the page: target, against, strokes, image */
  constructor(state) {
    this.state = state;
    /** @type {import('./models.js').Loaded | null} */
    this.loaded = null;
    /** @type {import('./classes.js').Answer | null} the newest, perhaps of an earlier example */
    this.answer = null;
    /** @type {string | null} the key of that example */
    this.answered = null;
    /** @type {Float32Array} */
    this.pixels = new Float32Array();
    this.empty = true;
    this.read();
  }

  /** The network; what is asked about it is asked only when there is one. */
  get model() {
    if (!this.loaded) throw new Error('no network is loaded yet');
    return this.loaded;
  }

  /** Reads drawing or image anew. */
  read() {
    const { image, strokes } = this.state;
    if (image) {
      this.pixels = greys(image);
      // A blank image: no pixel differs from another, so there is nothing to explain.
      this.empty = image.every((grey) => grey === image[0]);
    } else {
      const { pixels, empty } = preprocess(strokes);
      this.pixels = pixels;
      this.empty = empty;
    }
    this.print = digest(this.pixels);
  }

  /** The example and the network, as parts of a request's key. */
  get example() {
    const { id, info, range } = this.model;
    const { activation } = info.outputs[0];
    return { image: this.print, network: [id, info.hash, activation, range] };
  }

  /** What the page is asked: the example, the network, the class and its rival. */
  get question() {
    const { target, against } = this.state;
    return { ...this.example, why: target, against };
  }

  /** Whether the answer is that to the present example. */
  get known() {
    return this.answered === requestKey(this.example);
  }

  /** Whether it depends on the answer, which is not known yet, which classes are explained. */
  get pending() {
    const { target, against } = this.state;
    const open = target === 'top' && (against !== null || this.model.classes.binary);
    return !this.empty && open && !this.known;
  }

  /** Whether what the network says of the present example is no number. */
  get isBroken() {
    return this.known && this.answer === null && !this.empty;
  }

  /** Why there is nothing to explain, or null. Final once the answer is known. */
  get idle() {
    if (this.empty) return this.state.image ? 'A blank image' : 'Draw a digit';
    if (this.isBroken) return 'The network’s outputs are not finite';
    const { against } = this.state;
    if (against === null || against !== this.explained) return null;
    return `${this.label(against)} against itself is 0 everywhere`;
  }

  get side() {
    return SIDE;
  }

  /** Whether there is something to explain. */
  get ready() {
    return this.loaded !== null && !this.empty;
  }

  /** The pixels in the range of the network's input. */
  input(pixels = this.pixels) {
    const [low, high] = this.model.range;
    return pixels.map((value) => low + value * (high - low));
  }

  /** The input where nothing is drawn. */
  get blank() {
    return this.loaded?.range[0] ?? 0;
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

  /** What negative and positive numbers of an explanation speak for. @returns {[string, string]} */
  ends(explanation) {
    const own = clip(this.label(this.model.classes.of(explanation)), 12);
    const { against } = explanation;
    return against === null
      ? [`against ${own}`, `for ${own}`]
      : [`for ${clip(this.label(against), 12)}`, `for ${own}`];
  }

  label(index) {
    return index === null ? '–' : (this.loaded?.labels[index] ?? String(index));
  }
}
