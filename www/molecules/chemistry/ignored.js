// What the graph networks do not see of what is written, in words, for beside the answer.

/** @import { Graph } from './kekule.js' */

import { KINDS } from './normal.js';

/** Whether two atoms of an unsaturated group could exchange a hydrogen: ring nitrogen and its like. */
function hasTautomer({ atoms }, normal) {
  const near = atoms.map(() => []);
  for (const { a, b, kind } of normal.bonds) {
    near[a].push([b, kind]);
    near[b].push([a, kind]);
  }
  const aromatic = atoms.map((_, atom) => normal.atoms[atom].aromatic);
  const [single, double, , either] = KINDS.map((_, kind) => kind);
  const is = (kind, wanted) => kind === wanted || kind === either;
  const isPolar = ({ symbol }) => ['N', 'O', 'S'].includes(symbol);
  // Charges are those of the normal form, so that the note does not depend on the form that is written.
  const isNeutral = (at) => !normal.atoms[at].positive && !normal.atoms[at].negative;
  const gives = (at) => isPolar(atoms[at]) && atoms[at].hydrogens > 0 && isNeutral(at);
  const accepts = (at, by) => isPolar(atoms[at]) && isNeutral(at) && atoms[by].symbol !== 'N';
  // X–H beside C=Y, or beside C=C–C=Y. Carboxyl groups come back to themselves, open-chain amides stay what they are, and no
  // ring of carbon alone gives up being aromatic.
  const reaches = (start) =>
    near[start].some(([one, first]) => {
      if (!is(first, single)) return false;
      return near[one].some(([two, second]) => {
        if (!is(second, double) || two === start) return false;
        const inRing = aromatic[start] || aromatic[two];
        if (accepts(two, one)) return inRing && atoms[two].symbol + atoms[start].symbol !== 'OO';
        if (isPolar(atoms[two])) return false;
        return near[two].some(([three, third]) => {
          if (!is(third, single) || three === one) return false;
          return near[three].some(
            ([four, fourth]) =>
              is(fourth, double) &&
              four !== two &&
              accepts(four, three) &&
              (aromatic[start] || aromatic[four] || !(aromatic[one] && aromatic[two])),
          );
        });
      });
    });
  return atoms.some((_, at) => gives(at) && reaches(at));
}

/**
 * @param {Graph} written with its hydrogens; `stereo` where places in space or in the plane tell mirror images or cis and
 *   trans apart @param {Graph} heavy the same without them
 * @param {import('./normal.js').Normal} normal its normal form
 * @returns {string[]} sentences; none where nothing of the input is passed over
 */
export function ignored({ atoms, bonds, stereo }, heavy, normal) {
  const found = [];
  if (stereo || atoms.some(({ chiral }) => chiral) || bonds.some(({ directed }) => directed))
    found.push(
      'Stereochemistry is written and not seen: mirror images and cis and trans get one answer.',
    );
  if (atoms.some(({ isotope, isotopic }) => isotope || isotopic))
    found.push('Isotopes are written and not seen.');
  if (atoms.some(({ radical }) => radical))
    found.push('Unpaired electrons are written and not seen.');
  if (hasTautomer(heavy, normal))
    found.push(
      'It has tautomers. The answer is for the one that is written; another may get another answer.',
    );
  return found;
}
