// Whether two molecules are the same, however they are written: colours of atoms, refined by those of their neighbours
// (Weisfeiler and Leman 1968).

/** How far a colour looks. */
const ROUNDS = 12;

/** FNV-1a, of 32 bits. @param {string} text */
export function fnv(text) {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1)
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

const hash = (text) => fnv(text).toString(36);

/**
 * A text that is equal for equal molecules, and hardly ever for others.
 * @param {{atoms: object[], bonds: {a: number, b: number, kind: number}[]}} normal a normal form
 */
export function identity({ atoms, bonds }) {
  let colours = atoms.map((atom) => hash(JSON.stringify(atom)));
  for (let round = 0; round < Math.min(atoms.length, ROUNDS); round += 1) {
    /** @type {string[][]} */
    const near = colours.map(() => []);
    for (const { a, b, kind } of bonds) {
      near[a].push(`${kind}${colours[b]}`);
      near[b].push(`${kind}${colours[a]}`);
    }
    colours = colours.map((own, atom) => hash(`${own}(${near[atom].sort().join(' ')})`));
  }
  return `${atoms.length} ${colours.sort().join(' ')}`;
}
