// Images in <heat-lens>: an <img>, <canvas> or <video> inside, a drawing, a file, or numbers.

import { HeatMap } from '../elements/map.js';
import { create } from '../elements/registry.js';
import { numbersOf } from '../engine/array.js';
import { el } from '../page/dom.js';
import { digest } from '../engine/request.js';
import { core } from '../engine/shared.js';

/** @import { Domain } from './domain.js' */

/** Pictures inside that are the input: one in a figure in there is a still picture of the answer. */
export const PICTURES = ':is(img, canvas, video):not(:scope figure *)';

/** Whether a model reads single digits as the MNIST set has them: white ink, centred. */
const readsDigits = ({ metadata, inputs }) =>
  metadata['heatlens.domain'] === 'digits' && inputs[0].shape.join() === '1,28,28';

/** @param {any} source @param {import('../../pkg/index.js').ModelInfo} info */
async function pixelsOf(source, info) {
  if (!readsDigits(info)) return core().fromImage(source, core().imageOptions(info));
  const { width, height } = await sizeOfPicture(source);
  const scale = Math.min(1, 512 / Math.max(width, height));
  const size = /** @type {[number, number]} */ (
    [height, width].map((side) => Math.max(1, Math.round(side * scale)))
  );
  const { toDigit } = await import('../pad/picture.js');
  const { grey } = toDigit(await core().imagePixels(source, size, 'stretch'));
  return Float32Array.from(grey, (value) => value / 255);
}

async function sizeOfPicture(source) {
  if (source instanceof HTMLImageElement) {
    await source.decode().catch(() => {});
    return { width: source.naturalWidth || 1, height: source.naturalHeight || 1 };
  }
  if (source instanceof Blob) {
    const bitmap = await createImageBitmap(source);
    return { width: bitmap.width, height: bitmap.height };
  }
  return { width: source.videoWidth ?? source.width, height: source.videoHeight ?? source.height };
}

/** Whether a model's one input lies as images do. @param {import('../../pkg/index.js').ModelInfo} info */
export function readsImages({ inputs, vocabulary }) {
  const [{ shape }] = inputs;
  if (vocabulary !== null || inputs.length > 1) return false;
  const isGrid = shape.length === 3 && [shape[0], shape[2]].some((n) => [1, 3, 4].includes(n));
  return isGrid || (shape.length === 2 && Math.min(...shape) > 4);
}

const padModule = () => import('../elements/pad.js');

async function strokesOf({ strokes }) {
  return strokes ? (await padModule()).drawn(strokes) : null;
}

/** A pad, which is fetched when there is one. */
function drawingPad(lens) {
  const place = el('div', { part: 'drawing' });
  padModule().then(
    ({ HeatPad }) => {
      /** @type {Record<string, string>} */
      const given = lens.strokes ? { strokes: lens.strokes } : {};
      const pad = create(HeatPad, { part: 'pad', ...given }, lens);
      pad.addEventListener('draw', (event) => {
        event.stopPropagation();
        lens.edit({ drawing: pad.pixels, file: null });
      });
      place.replaceChildren(pad);
    },
    (error) => lens.fail(error),
  );
  return place;
}

/** A button that opens a picture. */
function opener(lens) {
  const field = el('input', {
    type: 'file',
    accept: 'image/*',
    'aria-label': 'Open a picture',
    part: 'field',
  });
  field.addEventListener('change', () => {
    const [file] = field.files ?? [];
    if (file) lens.edit({ file, drawing: undefined });
  });
  return field;
}

/** @type {Domain} */
export const image = {
  kind: 'image',
  element: HeatMap,
  async read(lens, info) {
    // What a visitor drew or opened last goes before what the page says.
    const own =
      lens.drawing !== undefined
        ? lens.drawing
        : (lens.file ??
          (await numbersOf(lens)) ??
          (await strokesOf(lens)) ??
          lens.querySelector(PICTURES));
    if (!own) return null;
    const isInside = own instanceof Node && lens.contains(own);
    const isNumbers = ArrayBuffer.isView(own) || Array.isArray(own);
    const inputs = isNumbers ? own : await pixelsOf(own, info);
    const { channels } = core().imageOptions(info);
    return { inputs, key: digest(inputs), grey: channels === 'grey', isInside };
  },
  ask: ({ name, needs }, info) =>
    (needs.includes('convolution') && !info.camLayers['last-conv']) || name === 'shapley'
      ? null
      : {},
  editor: (lens, info) => (readsDigits(info) ? (lens.pad ? drawingPad(lens) : null) : opener(lens)),
  show(element, { inputs, grey }, explanation) {
    // The outline of what is drawn in grey; over colours the eye finds it by itself.
    element.ink = grey ? inputs : null;
    element.explanation = explanation;
  },
};
