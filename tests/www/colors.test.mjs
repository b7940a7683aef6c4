import assert from 'node:assert/strict';
import { test } from 'node:test';
import { palette, PALETTE_NAMES } from '../../www/kit/color/colors.js';
import { NOT_FINITE } from '../../www/kit/color/palettes.js';

const luminance = ([r, g, b]) => {
  const linear = (v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
};

// On a dark page strong is bright; elsewhere it is dark.
for (const [theme, down] of [
  ['light', 1],
  ['dark', 1],
  ['night', -1],
]) {
  const maps = PALETTE_NAMES.map((name) => [name, palette(name, theme)]);
  maps.push(['without a sign', palette('red-blue', theme).of(false)]);
  for (const [name, map] of maps) {
    test(`${name}, ${theme}: zero is neutral and at the end of the scale`, () => {
      const [r, g, b] = map.at(0);
      assert.ok(Math.max(r, g, b) - Math.min(r, g, b) <= 2);
      for (const t of [-1, -0.3, 0.3, 1])
        assert.ok(down * luminance(map.at(t)) < down * luminance(map.at(0)));
    });

    test(`${name}, ${theme}: each arm goes one way steadily, both alike`, () => {
      for (const sign of [1, -1]) {
        let last = Infinity;
        for (let t = 0; t <= 1; t += 0.02) {
          const value = down * luminance(map.at(sign * t));
          assert.ok(value <= last + 0.004, `${sign * t}`);
          last = value;
        }
      }
      for (const t of [0.25, 0.5, 1])
        assert.ok(Math.abs(luminance(map.at(t)) - luminance(map.at(-t))) < 0.09, `${t}`);
    });

    test(`${name}, ${theme}: what is out of range is clamped, what is not finite is crossed out`, () => {
      assert.deepEqual(map.lookAt(7), map.lookAt(1));
      assert.deepEqual(map.lookAt(-7), map.lookAt(-1));
      const hex = (color) => color.map((c) => c.toString(16).padStart(2, '0')).join('');
      for (const share of [NaN, Infinity, -Infinity]) {
        const { color, ink, hatch } = map.lookAt(share);
        assert.deepEqual([hex(color), hex(ink), hatch], [...NOT_FINITE, 2]);
      }
    });
  }
}

test('red is for, blue is against', () => {
  const map = palette('red-blue');
  const [forR, , forB] = map.at(0.7);
  const [againstR, , againstB] = map.at(-0.7);
  assert.ok(forR > forB + 60 && againstB > againstR + 60);
});

test('the colour-blind-safe map has no green against red: its arms differ in blue', () => {
  const map = palette('orange-blue');
  assert.ok(map.at(-0.7)[2] - map.at(0.7)[2] > 80);
});

test('numbers without a sign have a hue that no side has, and grey stays grey', () => {
  for (const theme of ['light', 'dark', 'night']) {
    const plain = palette('red-blue', theme).of(false);
    for (const share of [0.3, 0.6, 1]) {
      const [r, g, b] = plain.at(share);
      assert.ok(g > r + 10 && g > b + 10, `${theme}, ${share}`);
    }
    assert.equal(palette('orange-blue', theme).of(false), plain);
    assert.deepEqual(plain.at(0), palette('red-blue', theme).at(0));
    for (const name of PALETTE_NAMES) {
      const chosen = palette(name, theme);
      assert.equal(chosen.of(true), chosen);
      assert.equal(chosen.of(false).of(false), chosen.of(false));
    }
    assert.equal(palette('grey', theme).of(false), palette('grey', theme));
  }
});

test('grey marks the sign by a pattern', () => {
  const hatch = (name, share) => palette(name).lookAt(share).hatch;
  const shares = [-1, -0.1, -0.02, 0, 0.1, 1];
  assert.deepEqual(
    shares.map((share) => hatch('grey', share)),
    [1, 1, 0, 0, 0, 0],
  );
  assert.ok(shares.every((share) => hatch('red-blue', share) === 0));
});

test('an unknown name is the default map', () => {
  assert.equal(palette('__proto__').title, palette('red-blue').title);
});
