// Pictures that the browser can read, PNG, JPEG, WebP and others, as digits.

import { toDigit } from '../../kit/pad/picture.js';
import { problem } from './image-file.js';

const MAX_BYTES = 64 * 2 ** 20;
const MAX_SIDE = 1024; // px; larger pictures are made smaller first

/**
 * @param {Blob} file
 * @returns {Promise<{grey: Uint8Array, note: string}>} 784 greys, and what was done to the picture
 */
export async function readPicture(file) {
  if (file.size > MAX_BYTES) throw problem('It is larger than 64 MB.');
  const bitmap = await createImageBitmap(file, { premultiplyAlpha: 'none' }).catch(() => {
    throw problem('It is no picture that this browser can read, or it is cut off.');
  });
  try {
    const scale = Math.min(1, MAX_SIDE / Math.max(bitmap.width, bitmap.height));
    const [width, height] = [bitmap.width, bitmap.height].map((side) =>
      Math.max(1, Math.round(side * scale)),
    );
    const context = new OffscreenCanvas(width, height).getContext('2d', {
      willReadFrequently: true,
    });
    if (!context) throw problem('This browser cannot draw it.');
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, width, height);
    return toDigit(context.getImageData(0, 0, width, height), bitmap);
  } finally {
    bitmap.close();
  }
}
