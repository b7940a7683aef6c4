// The molecule in space: what cutting pairs costs, and the map of the probe atom, against the network asked directly.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { palette } from '../../dist/site/kit/color/colors.js';
import { apart, FAR, pairs, probe, solve } from '../../dist/site/molecules/space/energy.js';
import { GEOMETRIES } from '../../dist/site/molecules/space/geometries.js';
import { cells, plane, scaleOf } from '../../dist/site/molecules/space/plane.js';
import { View } from '../../dist/site/molecules/space/view.js';
import { geometry } from '../../dist/site/molecules/space/xyz.js';
import { done, network } from './molecules-rig.mjs';

after(done);

const close = (a, b, within, what = '') =>
  assert.ok(Math.abs(a - b) <= within, `${what} ${a} is not ${b}`);

/** The picture's turn and size as the page begins with them, without a canvas. */
function viewOf(molecule) {
  const view = new View({ canvas: { addEventListener() {} }, moved() {}, selected() {} });
  view.show(molecule);
  return view;
}

test('S2-20: the probe’s energies, place by place, are those of the network asked directly', async () => {
  const molecule = geometry(new Map(GEOMETRIES).get('Ethanol'));
  const n = molecule.charges.length;
  const places = plane(viewOf(molecule), molecule);
  assert.ok(places.length > 200 && places.length < 17 * 17);
  const model = await network('qm7-dtnn.onnx', n + 1);
  const centres = places.map(({ centre }) => centre);
  const energies = await probe(model, molecule, 8, centres);
  assert.equal(energies.length, places.length);
  const charges = [...molecule.charges, 8];
  for (let k = 0; k < places.length; k += 7) {
    const positions = [...molecule.positions, ...centres[k]];
    const { outputs } = await model.predict([charges, positions, apart(n + 1)]);
    close(energies[k], outputs[0].logits[0], 1e-3, `place ${k}`);
    // The probe is one of the atoms whose shares make the sum.
    close(
      outputs[1].logits.reduce((sum, e) => sum + e, 0),
      energies[k],
      0.02,
    );
  }
  // No place is nearer to an atom than 0.7 Å, and all lie in one plane through the molecule's middle.
  for (const { centre, corners } of places) {
    for (let i = 0; i < n; i += 1) {
      const atom = molecule.positions.subarray(3 * i, 3 * i + 3);
      assert.ok(Math.hypot(...centre.map((x, k) => x - atom[k])) >= 0.7);
    }
    assert.equal(corners.length, 4);
    const depth = viewOf(molecule).seen(centre)[2];
    close(depth, 0, 1e-9);
  }
});

test('S2-20: the map’s colours and its legend have one scale, about the mean', () => {
  const map = palette('red-blue', 'light');
  const places = [0, 1, 2, 3].map((k) => ({ centre: [k, 0, 0], corners: [[k], [k], [k], [k]] }));
  const shown = { places, energies: [-100, -90, -80, -50] };
  const scale = scaleOf(shown);
  assert.deepEqual(scale, { mean: -80, vmax: 30 });
  const colours = cells(shown, scale, map).map(([, { color }]) => color);
  assert.deepEqual(colours, [map.at(-20 / 30), map.at(-10 / 30), map.at(0), map.at(1)]);
  const flat = { places, energies: [-5, -5, -5, -5] };
  assert.deepEqual(scaleOf(flat), { mean: -5, vmax: 0 });
  for (const [, look] of cells(flat, scaleOf(flat), map)) assert.deepEqual(look, map.lookAt(0));
  // Where the map's colours do not tell signs, squares below the mean are hatched, as in the legend.
  const strokes = cells(shown, scale, palette('grey', 'light')).map(([, { hatch }]) => hatch);
  assert.deepEqual(strokes, [1, 1, 0, 0]);
  const broken = cells({ places, energies: [NaN, -90, -80, -50] }, scale, map);
  assert.equal(broken[0][1].hatch, 2);
});

test('what a pair is worth: the energy less that with the pair at 100 Å', async () => {
  const molecule = geometry(new Map(GEOMETRIES).get('Water'));
  const model = await network('qm7-dtnn.onnx', 3);
  const { energy } = await solve(model, molecule);
  const found = await pairs(model, molecule, energy);
  assert.deepEqual(
    found.map(([i, j]) => [i, j]),
    [
      [0, 1],
      [0, 2],
      [1, 2],
    ],
  );
  for (const [i, j, lost] of found) {
    const distances = apart(3);
    distances[3 * i + j] = distances[3 * j + i] = FAR;
    const { outputs } = await model.predict([molecule.charges, molecule.positions, distances]);
    close(lost, energy - outputs[0].logits[0], 1e-3);
    assert.ok(Math.abs(lost) > 0.5, `pair ${i}-${j} is worth ${lost}`);
  }
});
