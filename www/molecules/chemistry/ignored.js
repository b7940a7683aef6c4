// What the graph networks do not see of what is written, in words, for beside the answer.

/** Whether two atoms of an unsaturated group could exchange a hydrogen: ring nitrogen and its like. */
function hasTautomer({ atoms, bonds }) {
  const near = atoms.map(() => []);
  for (const { a, b, order } of bonds) {
    near[a].push([b, order]);
    near[b].push([a, order]);
  }
  const isPolar = ({ symbol }) => ['N', 'O', 'S'].includes(symbol);
  const gives = (at) => isPolar(atoms[at]) && atoms[at].hydrogens > 0 && atoms[at].charge === 0;
  // From X–H along single and double bonds in turn to Y of a double bond X–H…=Y; with the first step single.
  const reaches = (start) => {
    const seen = new Set([`${start} 0`]);
    const queue = [[start, 0]];
    for (const [at, length] of queue) {
      for (const [to, order] of near[at]) {
        if (order !== 1 + (length % 2)) continue;
        if (length % 2 === 1 && to !== start && isPolar(atoms[to]) && atoms[to].charge === 0) {
          const carboxyl =
            length === 1 && atoms[start].symbol === atoms[to].symbol && atoms[to].symbol === 'O';
          const amide = length === 1 && !atoms[start].ring && !atoms[to].ring && !atoms[at].ring;
          if (!carboxyl && !amide) return true;
        }
        const key = `${to} ${(length + 1) % 2}`;
        if (seen.has(key) || length > 12) continue;
        seen.add(key);
        queue.push([to, length + 1]);
      }
    }
    return false;
  };
  return atoms.some((_, at) => gives(at) && reaches(at));
}

/**
 * @param {{atoms: object[], bonds: object[]}} graph whose orders and hydrogens are settled, its atoms with `ring`
 * @returns {string[]} sentences; none where nothing of the input is passed over
 */
export function ignored(graph) {
  const { atoms, bonds } = graph;
  const found = [];
  if (atoms.some(({ chiral }) => chiral) || bonds.some(({ directed }) => directed))
    found.push(
      'Stereochemistry is written and not seen: mirror images and cis and trans get one answer.',
    );
  if (atoms.some(({ isotope, isotopic }) => isotope > 0 || isotopic))
    found.push('Isotopes are written and not seen.');
  if (atoms.some(({ radical }) => radical))
    found.push('Unpaired electrons are written and not seen.');
  if (hasTautomer(graph))
    found.push(
      'It has tautomers. The answer is for the one that is written; another may get another answer.',
    );
  return found;
}
