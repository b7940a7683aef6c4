// Equivalent atoms get equal numbers: both oxygens of a nitro group, of a carboxylate, the nitrogens of guanidinium, in whatever
// form they are written.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { fromSmiles } from '../../dist/site/molecules/chemistry.js';
import { removal } from '../../dist/site/molecules/masks.js';
import { byAtom, entryOf, options } from '../../dist/site/molecules/methods.js';
import { catalogue, done, network } from './molecules-rig.mjs';

after(done);

/** Molecules and the atoms, by place, that no chemist can tell apart. */
const CASES = [
  ['O=[N+]([O-])c1ccccc1', [0, 2]],
  ['[O-][N+](=O)c1ccccc1', [0, 2]],
  ['O=N(=O)c1ccccc1', [0, 2]],
  ['Nc1ccc(cc1)[N+](=O)[O-]', [8, 9], [2, 6], [3, 5]],
  ['CC(=O)[O-]', [2, 3]],
  ['NC(N)=[NH2+]', [0, 2, 3]],
  ['CC(N)=[NH2+]', [2, 3]],
  ['C[n+]1ccn(C)c1', [0, 5]],
  ['CS(=O)(=O)[O-]', [2, 3, 4]],
  ['[O-][Cl+3]([O-])([O-])[O-]', [0, 2, 3, 4]],
  ['CN(C)N=O', [0, 2]],
  ['Cc1ccccc1', [2, 6], [3, 5]],
  ['c1ccc2ccccc2c1', [0, 1, 5, 6]],
];

for (const [smiles, ...groups] of CASES)
  test(`${smiles}: ${groups.map((group) => group.join(' = ')).join(', ')}`, async () => {
    const structure = await fromSmiles(smiles);
    for (const file of ['ames.onnx', 'esol.onnx']) {
      const model = await network(file, structure.size);
      const input = [
        structure.features,
        structure.adjacency,
        new Float32Array(structure.size).fill(1),
      ];
      const maps = { fragments: (await removal(model, structure, new Set())).shares };
      for (const method of ['occlusion', 'gradient', 'gradient-x-input', 'lrp', 'deeplift'])
        maps[method] = byAtom(
          await model.explain(input, options(entryOf(await catalogue(), method), 'atoms')),
          structure,
        );
      for (const [method, values] of Object.entries(maps)) {
        const most = Math.max(...values.map(Math.abs));
        assert.ok(most > 0.01, method);
        for (const group of groups)
          for (const atom of group)
            assert.ok(
              // Sums in another order, in single precision.
              Math.abs(values[atom] - values[group[0]]) <= 1e-4 * Math.max(1, most),
              `${file}, ${method}: ${values[group[0]]} and ${values[atom]}`,
            );
      }
    }
  });
