// Molfiles: read by their columns, and what is no molecule is refused in words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromMolfile, fromSmiles } from '../../dist/site/molecules/chemistry.js';
import { identity } from '../../dist/site/molecules/chemistry/identity.js';

const said = (promise) =>
  promise.then(
    () => 'read',
    (error) => `${error.code} ${error.message}`,
  );

const line = (text) => `${text}\n`;
const atom = (symbol, code = 0, { hydrogens = 0, valence = 0, x = 0, y = 0 } = {}) => {
  const place = [x, y, 0].map((at) => at.toFixed(4).padStart(10)).join('');
  const columns = [code, 0, hydrogens, 0, valence].map((n) => String(n).padStart(3)).join('');
  return line(`${place} ${symbol.padEnd(3)} 0${columns}`);
};
const file = ({ counts, body, tail = '' }) =>
  `\n\n\n${counts}  0  0  0  0  0  0  0  0999 V2000\n${body}${tail}M  END\n`;
const ethane = atom('C') + atom('C') + line('  1  2  1  0');

test('a molfile with an alias, a query or a wrong count is refused, and its columns count', async () => {
  const read = async (how) => said(fromMolfile(file(how)));
  assert.equal(await read({ counts: '  2  1', body: ethane }), 'read');
  assert.match(
    await read({ counts: '  2  1', body: ethane, tail: 'A    2\nNO2\n' }),
    /atom 2 stands for “NO2”/,
  );
  assert.match(await read({ counts: '  2  9', body: ethane }), /announces 2 atoms and 9 bonds/);
  assert.match(
    await read({ counts: '  2  1', body: atom('C') + atom('Q') + line('  1  2  1  0') }),
    /atom 2 is a placeholder/,
  );
  assert.match(
    await read({ counts: '  2  1', body: atom('C') + atom('C') + line('  1  2  8  0') }),
    /query/,
  );
  assert.match(
    await read({ counts: '  2  1', body: atom('C') + atom('C') + line('  1  3  1  0') }),
    /leads to atom 3/,
  );
  assert.match(
    await read({ counts: '  2  1', body: ethane, tail: 'M  ALS   1  2 F C   N\n' }),
    /list of elements/,
  );
  assert.match(
    await said(fromMolfile('\n\n\n  0  0  0     0  0            999 V3000\nM  END\n')),
    /V3000/,
  );
  const ions = await fromMolfile(
    file({ counts: '  2  0', body: atom('Na') + atom('Cl'), tail: 'M  CHG  2   1   1   2  -1\n' }),
  );
  assert.deepEqual(
    [ions.written.charge, ions.normal.atoms[0].positive, ions.normal.atoms[1].negative],
    [0, true, true],
  );
  // The first line of charges goes before the codes in the lines of atoms.
  const over = await fromMolfile(
    file({ counts: '  2  0', body: atom('Na', 3) + atom('O', 5), tail: 'M  CHG  1   1   1\n' }),
  );
  assert.equal(over.written.charge, 1);
});

test('what a property line says counts, and what is not known is refused', async () => {
  const of = (tail, body = ethane) => fromMolfile(file({ counts: '  2  1', body, tail }));
  const plain = identity((await fromSmiles('CC')).normal);
  // A radical of 0 electrons is none, and mass 0 no isotope.
  const none = await of('M  RAD  1   1   0\nM  ISO  1   1   0\n');
  assert.deepEqual([identity(none.normal), none.smiles, none.ignored], [plain, 'CC', []]);
  const radical = await of('M  RAD  1   1   2\n');
  assert.equal(radical.normal.atoms[0].hydrogens, 2);
  assert.match(radical.ignored.join(), /Unpaired electrons/);
  // What openchemlib writes is shown only if it is the same molecule.
  assert.equal(identity((await fromSmiles(radical.smiles)).normal), identity(radical.normal));
  for (const [lines, words] of [
    ['M  CHG  1   1  99\n', /has 99/],
    ['M  RAD  1   1   7\n', /has 7/],
    ['M  STY  1   1 SRU\n', /polymer \(SRU\)/],
    ['M  SUB  1   1   2\n', /M {2}SUB/],
    ['M  RBC  1   1   2\n', /M {2}RBC/],
    ['M  UNS  1   1   1\n', /M {2}UNS/],
    ['M  LIN  1   1   1   2   2\n', /M {2}LIN/],
    ['M  XYZ  1   1   1\n', /not known here/],
  ])
    assert.match(await said(of(lines)), words);
  for (const lines of [
    'M  STY  1   1 SUP\nM  SAL   1  1   2\nM  SMT   1 Me\n',
    'M  STY  1   1 DAT\n',
  ])
    assert.equal(await said(of(lines)), 'read');
});

test('a stated number of bonds counts', async () => {
  const one = (symbol, how) =>
    fromMolfile(file({ counts: '  1  0', body: atom(symbol, 0, how) })).then(
      ({ normal }) => normal.atoms[0].hydrogens,
    );
  assert.equal(await one('C', {}), 4);
  assert.equal(await one('C', { valence: 3 }), 3);
  assert.equal(await one('P', {}), 3);
  assert.equal(await one('P', { valence: 5 }), 5);
  assert.equal(await one('S', { valence: 15 }), 0);
  assert.match(await said(one('C', { hydrogens: 2 })), /number of hydrogens, a query/);
  const tight = atom('C', 0, { valence: 1 }) + atom('C') + line('  1  2  2  0');
  assert.match(await said(fromMolfile(file({ counts: '  2  1', body: tight }))), /1 are stated/);
});

test('places that tell cis from trans are said not to count', async () => {
  const butene = (y) =>
    atom('C', 0, { x: -1.2, y: 0.7 }) +
    atom('C') +
    atom('C', 0, { x: 1.3 }) +
    atom('C', 0, { x: 2.5, y }) +
    line('  1  2  1  0') +
    line('  2  3  2  0') +
    line('  3  4  1  0');
  const read = (y) => fromMolfile(file({ counts: '  4  3', body: butene(y) }));
  const [cis, trans] = [await read(0.7), await read(-0.7)];
  for (const each of [cis, trans]) assert.match(each.ignored.join(), /Stereochemistry/);
  assert.notEqual(cis.smiles, trans.smiles);
  assert.equal(identity(cis.normal), identity(trans.normal));
  assert.deepEqual((await fromMolfile(file({ counts: '  2  1', body: ethane }))).ignored, []);
});

test('a ring of bonds of type four without a Kekulé form is explained without small letters', async () => {
  const ring = Array.from({ length: 5 }, (_, k) => line(`  ${k + 1}  ${((k + 1) % 5) + 1}  4  0`));
  const atoms = ['N', 'C', 'C', 'C', 'C'].map((symbol) => atom(symbol)).join('');
  const words = await said(fromMolfile(file({ counts: '  5  5', body: atoms + ring.join('') })));
  assert.match(words, /If N1 carries a hydrogen, save the molecule with single and double bonds/);
});
