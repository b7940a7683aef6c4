import { RequestError } from './errors.js';

/** @typedef {import('./index.d.ts').ImageOptions} ImageOptions */
/** @typedef {import('./index.d.ts').ImageSource} ImageSource */

/** Weights of red, green and blue in a grey value (ITU-R BT.601, as PIL and OpenCV convert). */
const LUMA = [0.299, 0.587, 0.114];
/** Larger sides are refused: a canvas of them may not exist. */
const LARGEST_SIDE = 8192;

/** @param {string} message */
const refuse = (message) => new RequestError('E_REQUEST', message);

/** @param {unknown} value @param {number} count @param {string} name @param {number} usual */
function perChannel(value, count, name, usual) {
  const list = value === undefined ? [usual] : typeof value === 'number' ? [value] : value;
  if (!Array.isArray(list) || ![1, count].includes(list.length) || !list.every(Number.isFinite))
    throw refuse(`${name} must be a number, or ${count} of them, one per channel`);
  return Array.from({ length: count }, (_, c) => list[list.length === 1 ? 0 : c]);
}

/**
 * What a model's file says of its images: its metadata (docs/metadata.md), and the shape of its first input.
 * @param {import('./index.d.ts').ModelInfo} info
 * @returns {ImageOptions}
 */
export function imageOptions(info) {
  const key = (/** @type {string} */ name) => info.metadata[`heatlens.input.${name}`]?.trim();
  const list = (/** @type {string} */ name) =>
    key(name)
      ?.split(/[\s,]+/)
      .map(Number);
  const { shape } = info.inputs[0];
  const [c, h, w] = shape.length === 2 ? [1, ...shape] : shape.slice(-3);
  const isLast = ![1, 3, 4].includes(c) && [1, 3, 4].includes(w);
  const layout = key('layout')?.endsWith('C') || (!key('layout') && isLast) ? 'HWC' : 'CHW';
  const [channels, height, width] = layout === 'HWC' ? [w, c, h] : [c, h, w];
  /** @type {ImageOptions} */
  const options = {
    size: /** @type {[number, number]} */ (list('size') ?? [height, width]),
    layout,
  };
  const word = key('channels')?.toLowerCase();
  options.channels =
    word === 'bgr'
      ? 'BGR'
      : word === 'rgb'
        ? 'RGB'
        : word === 'grey' || channels === 1
          ? 'grey'
          : 'RGB';
  const range = list('range');
  if (range?.length === 2) options.range = /** @type {[number, number]} */ (range);
  const [mean, std] = [list('mean'), list('std')];
  if (mean) options.mean = mean;
  if (std) options.std = std;
  return options;
}

/**
 * @param {ImageSource} source
 * @returns {Promise<{ drawn: CanvasImageSource | ImageData, width: number, height: number }>}
 */
async function opened(source) {
  if (typeof Blob === 'function' && source instanceof Blob) {
    try {
      const drawn = await createImageBitmap(source);
      return { drawn, width: drawn.width, height: drawn.height };
    } catch {
      throw refuse('the file is not a picture that this browser reads');
    }
  }
  if (typeof ImageData === 'function' && source instanceof ImageData)
    return { drawn: source, width: source.width, height: source.height };
  if (typeof HTMLImageElement === 'function' && source instanceof HTMLImageElement) {
    try {
      await source.decode();
    } catch {
      throw new RequestError(
        'E_FETCH',
        `the picture ${source.currentSrc || source.src} cannot be loaded`,
      );
    }
    return { drawn: source, width: source.naturalWidth, height: source.naturalHeight };
  }
  if (typeof HTMLVideoElement === 'function' && source instanceof HTMLVideoElement)
    return { drawn: source, width: source.videoWidth, height: source.videoHeight };
  const other = /** @type {any} */ (source);
  if (typeof other?.width === 'number' && typeof other?.height === 'number')
    return { drawn: other, width: other.width, height: other.height };
  throw refuse('a picture is an img, a canvas, ImageData, an ImageBitmap, a Blob or a video');
}

/** A canvas of this size, with its context. @param {number} width @param {number} height */
function canvasOf(width, height) {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw refuse('this browser cannot draw a picture of that size');
  context.imageSmoothingQuality = 'high';
  return { canvas, context };
}

/**
 * The pixels of a picture at the model's size.
 * @param {ImageSource} source @param {[number, number]} size height and width
 * @param {'cover' | 'contain' | 'stretch'} fit
 * @returns {Promise<ImageData>}
 */
export async function imagePixels(source, [height, width], fit = 'cover') {
  const picture = await opened(source);
  if (!(picture.width > 0 && picture.height > 0))
    throw refuse('the picture is empty, or it is not there yet');
  let { drawn } = picture;
  if (drawn instanceof ImageData) {
    const own = canvasOf(drawn.width, drawn.height);
    own.context.putImageData(drawn, 0, 0);
    drawn = own.canvas;
  }
  const { context } = canvasOf(width, height);
  const shares = [width / picture.width, height / picture.height];
  const scale = fit === 'contain' ? Math.min(...shares) : Math.max(...shares);
  const [across, down] =
    fit === 'stretch' ? [width, height] : [picture.width * scale, picture.height * scale];
  context.drawImage(drawn, (width - across) / 2, (height - down) / 2, across, down);
  try {
    return context.getImageData(0, 0, width, height);
  } catch {
    throw new RequestError(
      'E_ORIGIN',
      'the picture comes from another address, which does not let this page read its pixels (it sends no ' +
        'Access-Control-Allow-Origin, or the img has no crossorigin attribute)',
    );
  }
}

/** @type {typeof import('./index.d.ts').fromImage} */
export async function fromImage(source, options = {}) {
  const { model, ...own } = options;
  const given = { ...(model ? imageOptions(model.info) : {}), ...own };
  const { channels = 'RGB', range = [0, 1], layout = 'CHW', fit = 'cover' } = given;
  const size = typeof given.size === 'number' ? [given.size, given.size] : given.size;
  if (
    !size ||
    size.length !== 2 ||
    !size.every((side) => Number.isInteger(side) && side > 0 && side <= LARGEST_SIDE)
  )
    throw refuse(`size must be [height, width], each a whole number from 1 to ${LARGEST_SIDE}`);
  if (!['RGB', 'BGR', 'grey'].includes(channels))
    throw refuse(`channels must be 'RGB', 'BGR' or 'grey', not ${channels}`);
  if (!['CHW', 'HWC'].includes(layout))
    throw refuse(`layout must be 'CHW' or 'HWC', not ${layout}`);
  if (!['cover', 'contain', 'stretch'].includes(fit))
    throw refuse(`fit must be 'cover', 'contain' or 'stretch', not ${fit}`);
  const count = channels === 'grey' ? 1 : 3;
  const [mean, std] = [
    perChannel(given.mean, count, 'mean', 0),
    perChannel(given.std, count, 'std', 1),
  ];
  if (std.includes(0)) throw refuse('std must not be 0');
  const { data } = await imagePixels(source, /** @type {[number, number]} */ (size), fit);
  const pixels = size[0] * size[1];
  const out = new Float32Array(count * pixels);
  const [low, high] = range;
  for (let i = 0; i < pixels; i += 1) {
    for (let c = 0; c < count; c += 1) {
      const at = 4 * i;
      const byte =
        count === 1
          ? LUMA[0] * data[at] + LUMA[1] * data[at + 1] + LUMA[2] * data[at + 2]
          : data[at + (channels === 'BGR' ? 2 - c : c)];
      const value = (low + ((high - low) * byte) / 255 - mean[c]) / std[c];
      out[layout === 'CHW' ? c * pixels + i : i * count + c] = value;
    }
  }
  return out;
}
