// The pad without a browser: who draws, and what Undo brings back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pad } from '../../www/kit/pad/pad.js';
import { MAX_POINTS } from '../../www/kit/pad/strokes.js';

/** A pad of one by one pixels, and its listeners by the type of event. */
function pad() {
  const on = {};
  const host = {
    addEventListener: (type, listener) => (on[type] = listener),
    getBoundingClientRect: () => ({ left: 0, top: 0, width: 1, height: 1 }),
    setPointerCapture() {},
  };
  const canvas = { setAttribute() {}, getContext: () => null };
  const told = { full: 0 };
  const own = new Pad({
    ...{ host, canvas, hint: {}, status: {}, changed() {} },
    full: () => (told.full += 1),
  });
  const pointer = (type, clientX, clientY) =>
    on[type]({ pointerId: 7, isPrimary: true, button: 0, clientX, clientY });
  const press = (key) => on.keydown({ key, preventDefault() {} });
  return { own, told, pointer, press };
}

test('of pointer and keyboard the newer draws', () => {
  const { own, pointer, press } = pad();
  pointer('pointerdown', 0.1, 0.1);
  pointer('pointermove', 0.3, 0.1);
  press(' ');
  press('ArrowDown');
  pointer('pointermove', 0.9, 0.9);
  assert.equal(own.strokes.length, 2);
  assert.deepEqual(
    own.strokes.map(({ length }) => length),
    [2, 2],
  );
  pointer('pointerup', 0.9, 0.9);
  press('ArrowDown');
  assert.equal(own.strokes[1].length, 3, 'the keyboard’s pen is still down');
  press(' ');
  press('ArrowDown');
  assert.equal(own.strokes[1].length, 3, 'Space lifts it');
});

test('Undo brings back a long drawing as it was, not as it was thinned for another stroke', () => {
  const { own, pointer } = pad();
  const wave = (k) => [k / MAX_POINTS, 0.5 + 0.3 * Math.sin(k / 40)];
  own.replace([Array.from({ length: MAX_POINTS }, (_, k) => wave(k))]);
  const before = structuredClone(own.strokes);
  pointer('pointerdown', 0.5, 0.1);
  assert.ok(own.strokes[0].length < before[0].length / 2);
  assert.equal(own.strokes.length, 2);
  own.undo();
  assert.deepEqual(own.strokes, before);
});

test('a drawing that cannot be thinned stays as it is, and that it is full is said', () => {
  const { own, told, pointer } = pad();
  own.replace(Array.from({ length: MAX_POINTS }, (_, k) => [[(k % 50) / 50, k / MAX_POINTS]]));
  const [before, steps] = [structuredClone(own.strokes), own.history.length];
  pointer('pointerdown', 0.5, 0.1);
  assert.equal(told.full, 1);
  assert.deepEqual(own.strokes, before);
  assert.equal(own.history.length, steps);
});
