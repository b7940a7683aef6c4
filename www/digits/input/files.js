import { byId } from '../../kit/page/dom.js';
import { clip } from '../../kit/page/numbers.js';
import { problem, readIdx } from './image-file.js';
import { ImageSheet } from './image-sheet.js';
import { OwnFile } from '../own-file.js';
import { readPicture } from './picture-file.js';
import { greys } from '../../kit/pad/preprocess.js';

const IMAGES = /(idx[13]-ubyte|\.idx|\.gz)$|idx[13]/i;
const PICTURE = /\.(png|jpe?g|webp|gif|bmp|avif|tiff?|svg)$/i;
/** How files begin, as hexadecimal digits of their bytes. */
const STARTS = {
  images: /^(1f8b|00000[8-9a-e]0[0-9])/,
  picture: /^(89504e47|ffd8ff|47494638|52494646.{8}57454250|424d|49492a00|4d4d002a|.{8}66747970)/,
};

/** What else people drop, by how it begins. */
const OTHERS = [
  [/^504b0304/, 'a ZIP archive, as PyTorch and Keras save networks'],
  [/^894844460d0a1a0a/, 'an HDF5 file, as Keras saves networks'],
  [/^.{8}54464c33/, 'a network for TensorFlow Lite'],
  [/^25504446/, 'a PDF document'],
  [/^.{16}7b22/, 'a safetensors file: weights without the network'],
  [/^934e554d5059/, 'an array of NumPy'],
  [/^(7b|5b)/, 'a text in JSON'],
];

/** Why a file is no network: what it is instead; null if its first bytes do not say. */
async function otherThing(file) {
  const digits = await firstBytes(file);
  return OTHERS.find(([start]) => /** @type {RegExp} */ (start).test(digits))?.[1] ?? null;
}

/** A file's first bytes as hexadecimal digits. */
async function firstBytes(file) {
  const head = new Uint8Array(await file.slice(0, 12).arrayBuffer());
  return Array.from(head, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What a file is, by its first bytes or, if they say nothing, by its name: 'images', 'picture' or 'model'. */
async function kindOf(file) {
  const digits = await firstBytes(file);
  for (const [kind, start] of Object.entries(STARTS)) if (start.test(digits)) return kind;
  if (/\.onnx$/i.test(file.name)) return 'model';
  if (IMAGES.test(file.name)) return 'images';
  return PICTURE.test(file.name) || file.type.startsWith('image/') ? 'picture' : 'model';
}

/** @param {PromiseSettledResult<object>} read */
const hasLabels = (read) => read.status === 'fulfilled' && 'labels' in read.value;

/** Files that come by the button or are dropped anywhere: models, images of the MNIST database, pictures. */
export class Files {
  /** @param {{models, notices, adopted: (model) => void, picked: (grey: Uint8Array, note: string) => void}} how */
  constructor({ models, notices, adopted, picked }) {
    this.notices = notices;
    this.picked = picked;
    this.models = new OwnFile({ models, notices, adopted });
    this.sheet = new ImageSheet({ picked, certainty: (images) => certainty(models, images) });
    const input = byId('file', HTMLInputElement);
    byId('choose-file').addEventListener('click', () => input.click());
    input.addEventListener('change', () => {
      this.open([...(input.files ?? [])]);
      input.value = '';
    });
    this.listenForDrops(byId('drop-veil'));
  }

  listenForDrops(veil) {
    const carriesFile = (event) => [...(event.dataTransfer?.types ?? [])].includes('Files');
    addEventListener('dragover', (event) => {
      if (!carriesFile(event)) return;
      event.preventDefault();
      veil.hidden = false;
    });
    addEventListener('dragleave', (event) => {
      if (event.relatedTarget === null) veil.hidden = true;
    });
    addEventListener('drop', (event) => {
      veil.hidden = true;
      if (!carriesFile(event)) return;
      event.preventDefault();
      this.open([...(event.dataTransfer?.files ?? [])]);
    });
  }

  async open(files) {
    const kinds = await Promise.all(files.map((file) => kindOf(file).catch(() => 'model')));
    const of = (kind) => files.filter((_, i) => kinds[i] === kind);
    const [model] = of('model');
    if (model)
      await this.attempt(model, async () => {
        const other = await otherThing(model).catch(() => null);
        if (other)
          throw problem(
            `This is ${other}. The page opens networks in ONNX files; export it first.`,
          );
        this.models.open(model);
      });
    for (const file of of('picture'))
      await this.attempt(file, async () => {
        const { grey, note } = await readPicture(file);
        this.picked(grey, `${clip(file.name, 40)}. ${note}`.trim());
      });
    const images = of('images');
    const read = await Promise.allSettled(images.map(readIdx));
    // Images before labels, in whatever order they came.
    const order = read
      .map((_, i) => i)
      .sort((a, b) => Number(hasLabels(read[a])) - Number(hasLabels(read[b])));
    for (const i of order)
      await this.attempt(images[i], () => {
        const each = read[i];
        if (each.status === 'rejected') throw each.reason;
        return this.sheet.show(each.value);
      });
  }

  async attempt(file, work) {
    try {
      await work();
    } catch (error) {
      this.notices.error(`${clip(file.name, 60)} cannot be used here`, error);
    }
  }
}

/** Mean probability that the convolutional network gives its answers to these images. */
async function certainty(models, images) {
  const { quick, labels } = await models.get('cnn');
  const values = new Float32Array(images.length * images[0].length);
  images.forEach((image, k) => values.set(greys(image), k * image.length));
  const { probabilities } = await quick.predict(values, { batch: images.length });
  let sum = 0;
  for (let k = 0; k < images.length; k += 1)
    sum += Math.max(...probabilities.subarray(k * labels.length, (k + 1) * labels.length));
  return sum / images.length;
}
