// Numbers that are not finite: marked wherever maps are drawn, and outside of what is said of the others.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { palette } from '../../www/kit/color/colors.js';
import { codes, paintMap } from '../../www/kit/color/paint.js';
import { fieldValues } from '../../www/kit/drawings/field.js';
import { strongest } from '../../www/kit/drawings/molecule.js';

const ODD = [NaN, Infinity, -Infinity];

test('cells: the same look for all, whatever the scale', () => {
  for (const vmax of [0, 1, 1e-40, 3e38]) {
    const [nan, plus, minus] = codes(ODD, vmax);
    assert.equal(new Set([nan, plus, minus]).size, 1);
    const finite = codes([0, 1, -1, vmax, -vmax, 1e-45], vmax);
    assert.ok(!finite.includes(nan), `${vmax}`);
  }
  const { data } = paintMap([NaN, 0], 2, { vmax: 1, palette: palette('grey'), zoom: 14 });
  const colours = (from) => {
    const row = Array.from({ length: 14 }, (_, x) => 4 * (5 * 28 + from + x));
    return new Set(row.map((at) => String(data.slice(at, at + 3))));
  };
  assert.equal(colours(0).size, 2);
  assert.equal(colours(14).size, 1);
});

test('atoms: a mark about the atom, and the others’ field as it would be without it', () => {
  const places = [
    [30, 30],
    [90, 30],
  ];
  const field = (values) => fieldValues({ places, values, unit: 30 }, 60, 30, 2);
  const alone = field([0, 1]);
  for (const odd of ODD) {
    const marked = field([odd, 1]);
    assert.ok(Number.isNaN(marked[15 * 60 + 15]));
    const lost = marked.reduce((count, value) => count + Number.isNaN(value), 0);
    assert.ok(lost > 60 && lost < 160, `${lost}`);
    marked.forEach((value, i) => assert.ok(Number.isNaN(value) || value === alone[i]));
  }
});

test('the strongest atom is one whose number is finite', () => {
  const structure = { names: ['C1', 'N2', 'O3'], bonds: [] };
  const said = (values) => strongest({ values, of: 'atoms', structure });
  assert.match(said([NaN, 1, -2]), /^Strongest: O3 with −2\.00\.$/);
  assert.match(said([Infinity, 1, 0]), /^Strongest: N2/);
  assert.equal(said(ODD), '');
  assert.equal(said([]), '');
});
