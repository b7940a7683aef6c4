// What people type that is no SMILES: it is called what it is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromSmiles } from '../../dist/site/molecules/chemistry.js';
import { kindOf } from '../../dist/site/molecules/foreign.js';

const cases = [
  [
    /is a name, not a SMILES/,
    'ethanol',
    'paracetamol',
    'acetic acid',
    'sodium chloride',
    'vitamin C',
    '2-methylpropane',
    '2,4-dinitrotoluene',
    'N,N-dimethylaniline',
    '(R)-limonene',
    '4’-hydroxyacetanilide',
    'benzo[a]pyrene diol epoxide',
    'Essigsäure',
    '1,1,1-trichloroethane',
    'hello world',
  ],
  [/This is a name, not a SMILES\. Its SMILES is CCO\./, 'Ethanol', 'ETHANOL'],
  [/is a formula/, 'C6H12O6', 'C6H5NO2', 'NaOH', 'CH4', 'HCl', 'CH3CH2OH'],
  [/InChI\./, 'InChI=1S/CH4/h1H4'],
  [/InChIKey/, 'VNWKTOKETHGBQD-UHFFFAOYSA-N'],
  [/CAS number/, '50-78-2', '7732-18-5'],
];
for (const [words, ...texts] of cases)
  for (const text of texts)
    test(`${text}: ${words.source}`, async () => {
      await assert.rejects(fromSmiles(text.split(' ')[0]));
      assert.match(kindOf(text)?.message ?? '', words);
    });

for (const text of [
  'c1ccccl',
  'C==C',
  'C1CC',
  'CC(C',
  'n1cccc1',
  'CXC',
  'C[NH2',
  '',
  'C'.repeat(300),
])
  test(`a SMILES with a fault is called nothing else: ${text.slice(0, 12)}`, () =>
    assert.equal(kindOf(text), null));
