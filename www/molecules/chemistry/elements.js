// Elements: symbols, and how many bonds an atom may have.

const SYMBOLS =
  'H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr ' +
  'Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir ' +
  'Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl ' +
  'Mc Lv Ts Og';

/** Symbols by atomic number; the one of 0 is empty. */
export const ELEMENTS = ['', ...SYMBOLS.split(' ')];

export const isElement = (symbol) => symbol !== '' && ELEMENTS.includes(symbol);

/** Usual numbers of bonds of neutral atoms, rising. Metals and noble gases are not listed: anything goes. */
const VALENCES = new Map(
  Object.entries({
    H: [1],
    B: [3],
    C: [4],
    N: [3, 5],
    O: [2],
    F: [1],
    Si: [4],
    P: [3, 5],
    S: [2, 4, 6],
    Cl: [1, 3, 5, 7],
    Ge: [4],
    As: [3, 5],
    Se: [2, 4, 6],
    Br: [1, 3, 5, 7],
    Te: [2, 4, 6],
    I: [1, 3, 5, 7],
    At: [1, 3, 5, 7],
    Sb: [3, 5],
  }),
);
/** Groups whose atoms lose a bond with a positive charge and gain one with a negative one. */
const SEXTET = new Set(['H', 'B', 'C', 'Si', 'Ge', 'Al']);

/**
 * Numbers of bonds that an atom of this charge may have, rising; none where nothing is known.
 * @param {string} symbol @param {number} charge @returns {number[]}
 */
export function valences(symbol, charge) {
  const neutral = VALENCES.get(symbol);
  if (!neutral) return [];
  // A cation of nitrogen bonds like carbon, one of carbon or boron has lost a bond; anions the other way round.
  if (SEXTET.has(symbol)) {
    const most = symbol === 'B' ? 4 : neutral[0];
    const bonds = symbol === 'B' ? neutral[0] - charge : neutral[0] - Math.abs(charge);
    const wide = ['Si', 'Ge'].includes(symbol) && charge < 0 ? [neutral[0] - charge] : [];
    return [Math.max(0, Math.min(bonds, most)), ...wide];
  }
  const shifted = neutral.map((bonds) => bonds + charge).filter((bonds) => bonds >= 0);
  const last = neutral[neutral.length - 1];
  const highest = last - Math.max(charge, 0);
  const found = [
    ...new Set(shifted.map((bonds) => Math.min(bonds, Math.max(highest, shifted[0])))),
    // Hexafluorophosphate and its like.
    ...(charge < 0 && ['P', 'As', 'Sb'].includes(symbol) ? [last - charge] : []),
  ];
  return found.length > 0 ? found : [0];
}
