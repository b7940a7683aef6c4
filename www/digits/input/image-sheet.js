// The images of an opened file, to look through and choose from.

import { byId, el, setText } from '../../kit/page/dom.js';
import { drawGrey } from '../../kit/elements/cells.js';
import { grouped, percent } from '../../kit/page/numbers.js';
import { problem } from './image-file.js';
import { inverted, isDarkOnLight, sentence, transposed } from '../../kit/pad/picture.js';
import { greys, SIDE } from '../../kit/pad/preprocess.js';

const SHOWN = 30; // images on one sheet
const PROBED = 60; // images that a network is asked about, to see how a file lies
const SURER = 0.1; // by how much it must be surer of the turned images, on average

/** At most `count` of a list, evenly spread. */
const spread = (list, count) =>
  Array.from(
    { length: Math.min(count, list.length) },
    (_, k) => list[Math.floor((k * list.length) / Math.min(count, list.length))],
  );
const isBlank = (image) => image.every((grey) => grey === image[0]);

/** Sheets of a file's images. */
export class ImageSheet {
  /**
   * @param {{picked: (grey: Uint8Array, note: string) => void, certainty: (images: Uint8Array[]) => Promise<number>}} how
   *   `certainty`: mean probability that a network gives its answers to these images
   */
  constructor({ picked, certainty }) {
    this.picked = picked;
    this.certainty = certainty;
    this.node = byId('sheet');
    this.first = 0;
    this.images = [];
    this.labels = null;
    /** @type {Promise<void> | null} */
    this.probing = null;
  }

  async show({ images, labels }) {
    if (images) {
      this.images = images;
      this.first = 0;
      this.labels = null;
      this.turned = false;
      this.told = '';
      this.inverted = isDarkOnLight(spread(images, PROBED).flatMap((image) => Array.from(image)));
    }
    if (labels) this.labels = labels;
    if (this.images.length === 0)
      throw problem('These are labels: drop the file of their images first.');
    this.draw();
    if (!images) return;
    this.probing = this.probe();
    await this.probing;
  }

  /** Whether rows and columns are exchanged, as in the EMNIST files: nothing in the file says so, so a network is asked. */
  async probe() {
    const { images } = this;
    const some = spread(images, PROBED)
      .filter((image) => !isBlank(image))
      .map((image) => (this.inverted ? inverted(image) : image));
    if (some.length === 0) return;
    const [plain, turned] = [
      await this.certainty(some),
      await this.certainty(some.map((image) => transposed(image))),
    ];
    if (images !== this.images || turned - plain < SURER) return;
    this.turned = true;
    this.told = `They seem to lie on their side, so rows and columns are exchanged: the convolutional network is ${percent(turned)} % sure of the first images like this, on average, and ${percent(plain)} % as they are in the file.`;
    this.draw();
  }

  /** An image as it is shown and explained. */
  image(index) {
    let image = this.images[index].slice();
    if (this.inverted) image = inverted(image);
    return this.turned ? transposed(image) : image;
  }

  /** What was done to an image. */
  note(index) {
    const done = [`image ${grouped(index + 1)} of the file`];
    if (this.inverted) done.push('dark on light: inverted');
    if (this.turned) done.push('rows and columns exchanged');
    if (isBlank(this.images[index])) done.push('blank: there is no ink in it');
    return sentence(done.join('; '));
  }

  /** The label of an image, if a file of as many labels was dropped. */
  label(index) {
    return this.labels?.length === this.images.length ? this.labels[index] : null;
  }

  turn(by) {
    const last = Math.floor((this.images.length - 1) / SHOWN) * SHOWN;
    this.first = Math.min(last, Math.max(0, this.first + by * SHOWN));
    this.draw();
  }

  draw() {
    const end = Math.min(this.images.length, this.first + SHOWN);
    const pages = el('span', { class: 'fine' });
    setText(pages, `${this.first + 1} to ${end} of ${grouped(this.images.length)}`);
    const step = (text, by) =>
      el('button', { type: 'button', text, on: { click: () => this.turn(by) } });
    const buttons = [];
    for (let index = this.first; index < end; index += 1) buttons.push(this.thumbnail(index));
    const blank = this.images.slice(this.first, end).filter(isBlank).length;
    const words = [
      this.inverted ? 'Dark on light: inverted.' : '',
      this.turned ? this.told : '',
      blank > 0 ? `${blank} of the images on this sheet ${blank === 1 ? 'is' : 'are'} blank.` : '',
    ];
    this.node.hidden = false;
    this.node.replaceChildren(
      el('p', { class: 'fine', role: 'status', text: words.filter(Boolean).join(' ') }),
      el('div', { class: 'samples' }, ...buttons),
      el('div', { class: 'sheet-turn' }, step('Earlier', -1), pages, step('Later', 1)),
      el(
        'div',
        { class: 'sheet-turn' },
        this.check('inverted', 'inverted'),
        this.check('turned', 'rows and columns exchanged'),
      ),
    );
  }

  check(name, text) {
    const box = el('input', { type: 'checkbox' });
    box.checked = this[name];
    box.addEventListener('change', () => {
      this[name] = box.checked;
      this.told = this.turned ? 'Rows and columns are exchanged.' : '';
      this.draw();
    });
    return el('label', { class: 'check' }, box, text);
  }

  thumbnail(index) {
    const canvas = el('canvas', { 'aria-hidden': 'true' });
    const label = this.label(index);
    const name = `Image ${index + 1}${label === null ? '' : `, a ${label}`}`;
    const button = el(
      'button',
      { type: 'button', class: 'sample', 'aria-label': name, title: name },
      canvas,
    );
    button.addEventListener('click', () => this.pick(index));
    drawGrey(canvas, greys(this.image(index)), SIDE, 28);
    return button;
  }

  /** Hands an image on, once it is known how the images of its file lie. */
  async pick(index) {
    const { images } = this;
    await this.probing?.catch(() => {});
    if (images === this.images) this.picked(this.image(index), this.note(index));
  }
}
