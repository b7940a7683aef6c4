// The files of the MNIST database as they are: a big-endian header, then one byte per pixel (idx3) or per
// label (idx1), often gzipped. Whoever drops one can look through it.

import { byId, el, setText } from '../shared/dom.js';
import { drawGrey } from '../shared/heatmap.js';
import { grouped } from '../shared/numbers.js';
import { SIDE } from './preprocess.js';

const PIXELS = SIDE * SIDE;
const IMAGES = 0x803;
const LABELS = 0x801;
const MAX_BYTES = 64 * 2 ** 20;
const SHOWN = 30; // images on one sheet

const problem = (message) =>
  Object.assign(new Error(message), { name: 'RequestError', code: 'E_FILE' });

async function unzip(bytes) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const reader = new Blob([bytes])
    .stream()
    .pipeThrough(new DecompressionStream('gzip'))
    .getReader();
  const parts = [];
  let total = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      total += value.length;
      if (total > MAX_BYTES) throw problem('Unzipped it is larger than 64 MB.');
      parts.push(value);
    }
  } catch (error) {
    throw error.code === 'E_FILE' ? error : problem('It is no whole gzip file.');
  } finally {
    reader.cancel().catch(() => {});
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/**
 * @param {Blob} file an idx file, gzipped or not
 * @returns {Promise<{images: Uint8Array[]} | {labels: Uint8Array}>}
 */
export async function readIdx(file) {
  if (file.size > MAX_BYTES) throw problem('It is larger than 64 MB.');
  const bytes = await unzip(new Uint8Array(await file.arrayBuffer()));
  const word = (at) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
  if (bytes.length < 8) throw problem('It is too short for an idx file.');
  const [magic, count] = [word(0), word(4)];
  if (magic === LABELS) {
    if (bytes.length !== 8 + count) throw problem(`It says ${count} labels and holds others.`);
    return { labels: bytes.subarray(8) };
  }
  if (magic !== IMAGES) throw problem('It is no idx file of images or labels in bytes.');
  if (bytes.length < 16 || word(8) !== SIDE || word(12) !== SIDE)
    throw problem('Its images are not 28 by 28.');
  if (count === 0 || bytes.length !== 16 + count * PIXELS)
    throw problem(`It says ${count} images and holds others.`);
  const images = Array.from({ length: count }, (_, i) =>
    bytes.subarray(16 + i * PIXELS, 16 + (i + 1) * PIXELS),
  );
  return { images };
}

/** Sheets of a file's images, to look through and choose from. */
export class ImageSheet {
  /** @param {{picked: (grey: Uint8Array) => void}} how */
  constructor({ picked }) {
    this.picked = picked;
    this.node = byId('sheet');
    this.first = 0;
    this.images = [];
    this.labels = null;
  }

  show({ images, labels }) {
    if (images) Object.assign(this, { images, first: 0, labels: null });
    if (labels) this.labels = labels;
    if (this.images.length === 0)
      throw problem('These are labels: drop the file of their images first.');
    this.draw();
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
    for (let index = this.first; index < end; index += 1) {
      const canvas = el('canvas', { 'aria-hidden': 'true' });
      const label = this.label(index);
      const name = `Image ${index + 1}${label === null ? '' : `, a ${label}`}`;
      const button = el(
        'button',
        { type: 'button', class: 'sample', 'aria-label': name, title: name },
        canvas,
      );
      button.addEventListener('click', () => this.picked(this.images[index].slice()));
      drawGrey(
        canvas,
        this.images[index].map((grey) => grey / 255),
        SIDE,
        28,
      );
      buttons.push(button);
    }
    this.node.hidden = false;
    this.node.replaceChildren(
      el('div', { class: 'samples' }, ...buttons),
      el('div', { class: 'sheet-turn' }, step('Earlier', -1), pages, step('Later', 1)),
    );
  }
}
