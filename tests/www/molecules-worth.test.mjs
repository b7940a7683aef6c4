// Shall one believe the answer? What the page says of the training molecules, and of those that were held out.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { figure } from '../../scripts/figures/training-set.mjs';
import { hashOf } from '../../scripts/figures/common.mjs';
import { fromSmiles } from '../../dist/site/molecules/chemistry.js';
import { environments, pack, unpack } from '../../dist/site/molecules/environments.js';
import { EXAMPLES } from '../../dist/site/molecules/examples.js';
import { TRAINING } from '../../dist/site/molecules/training-set.js';
import { unlike, worth } from '../../dist/site/molecules/worth.js';
import { data, done, network } from './molecules-rig.mjs';

after(done);

for (const model of ['ames', 'esol']) {
  test(`${model}: what is said of training and held-out molecules, made again from the data`, async (t) => {
    assert.equal(TRAINING[model].hash, await hashOf(`www/models/${model}.onnx`));
    if (!data(t)) return;
    assert.deepEqual(TRAINING[model], await figure(model));
  });

  test(`${model}: the figures are those of the network's file, and of two parts of one whole`, async () => {
    const { heldOut, known, unknown, sure } = TRAINING[model];
    const { metadata } = (await network(`${model}.onnx`, 3)).info;
    const stated = model === 'ames' ? metadata['heatlens.auc'] : metadata['heatlens.rmse'];
    assert.equal((heldOut.auc ?? heldOut.rmse).toFixed(4), stated);
    assert.equal(known.molecules + unknown.molecules, heldOut.molecules);
    for (const step of sure ?? []) assert.ok(step.molecules >= 100, `${step.from}`);
    // Where the network knows the atoms' neighbours it is better: else there were nothing to say.
    if (model === 'ames') assert.ok(known.auc > unknown.auc && known.right > unknown.right);
    else assert.ok(known.rmse < unknown.rmse);
  });
}

test('environments: an atom, its bonds and the elements at their ends; no matter how it is written', async () => {
  const of = async (smiles) => environments((await fromSmiles(smiles)).graph);
  const sorted = async (smiles) => (await of(smiles)).sort((a, b) => a - b);
  assert.deepEqual(await sorted('OCC'), await sorted('CCO'));
  assert.deepEqual(await sorted('c1ccccc1N(=O)=O'), await sorted('[O-][N+](=O)C1=CC=CC=C1'));
  const [methyl, , hydroxyl] = await of('CCO');
  // Another element at the other end, another bond, another number of hydrogens.
  assert.notEqual((await of('NCO'))[1], (await of('CCO'))[1]);
  assert.notEqual((await of('CC=O'))[2], hydroxyl);
  assert.equal((await of('CCN'))[0], methyl);
  // What lies two bonds away does not matter.
  assert.equal((await of('CCCl'))[0], methyl);
  const all = [...(await of('CC(=O)Oc1ccccc1C(=O)O')), 0, 1, 2 ** 24 - 1];
  assert.deepEqual(unpack(pack(all)), new Set(all));
  for (const one of all) assert.ok(one >= 0 && one < 2 ** 24);
});

test('unlike the training, in words: element, neighbours, charge, size', async () => {
  const elements = async (model) =>
    (await network(`${model}.onnx`, 3)).info.metadata['heatlens.elements'];
  const said = async (smiles, model = 'ames') =>
    unlike(model, await fromSmiles(smiles), await elements(model));
  for (const [, smiles] of EXAMPLES) assert.deepEqual(await said(smiles), [], smiles);
  const platinum = await said('N[Pt](N)(Cl)Cl');
  assert.equal(platinum[0], 'Training never saw Pt: to the network it is “another element”.');
  assert.match(platinum[1], /^In training no such atom has such neighbours: N1, Pt2, N3\./);
  assert.match(platinum[1], /right for 76\.3 % \(ROC AUC 0\.80\).*elsewhere right for 82\.1 %/);
  // Silicon is in one data set, and not in the other.
  assert.deepEqual(
    (await said('C[Si](C)(C)C')).filter((text) => text.includes('Si')),
    [],
  );
  assert.match((await said('C[Si](C)(C)C', 'esol'))[0], /^Training never saw Si/);
  assert.match((await said('CC(=O)[O-]', 'esol')).at(-1), /has the charge −1\.$/);
  assert.deepEqual(
    (await said('CC(=O)[O-]')).filter((text) => text.includes('charge')),
    [],
  );
  assert.match((await said('C'.repeat(52))).at(-1), /larger than 99 of 100 .* up to 51 atoms/);
  assert.equal((await said('C'.repeat(51))).filter((text) => text.includes('larger')).length, 0);
  assert.match((await said('C'.repeat(56), 'esol')).at(-1), /larger than all 902 molecules/);
});

test('how often it is right when it is as sure: by the answer’s own probability', async () => {
  const structure = await fromSmiles('CCO');
  const info = (await network('ames.onnx', 3)).info;
  const told = (share) =>
    worth({ model: 'ames', logit: 0, share, info }, structure, null)
      .filter(({ kind }) => kind === 'quality')
      .map(({ text }) => text)[0];
  const { sure } = TRAINING.ames;
  for (const [share, k] of [
    [0.5, 0],
    [0.62, 1],
    [0.38, 1],
    [0.9, 4],
    [0.001, 4],
    [1, 4],
  ])
    assert.ok(
      told(share).startsWith(
        `Of ${sure[k].molecules} molecules held out for which it was as sure, it is right for ${(100 * sure[k].right).toFixed(1)} %`,
      ),
      `${share}: ${told(share)}`,
    );
});
