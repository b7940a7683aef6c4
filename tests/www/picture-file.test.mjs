// Picture files: what is said of them is of the file, though large ones are made smaller first.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPicture } from '../../www/digits/input/picture-file.js';

/** As much of a browser as decodes a white picture of this size. */
function decodes(width, height) {
  globalThis.createImageBitmap = async () => ({ width, height, close() {} });
  globalThis.OffscreenCanvas = class {
    getContext() {
      return {
        drawImage() {},
        getImageData: (_left, _top, across, down) => ({
          data: new Uint8ClampedArray(4 * across * down).fill(255),
          width: across,
          height: down,
        }),
      };
    }
  };
}

test('a picture is said to have its own size', async (t) => {
  t.after(() => {
    delete globalThis.createImageBitmap;
    delete globalThis.OffscreenCanvas;
  });
  for (const [width, height] of [
    [4000, 3000],
    [90, 60],
  ]) {
    decodes(width, height);
    const { note } = await readPicture({ size: 1000 });
    assert.match(note, new RegExp(`${width} × ${height} pixels: the ink scaled`));
  }
});
