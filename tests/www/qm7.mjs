// The molecules of QM7, from the data set.
import { BOHR } from '../../dist/site/molecules/space/coulomb.js';
import { npz } from './molecules-rig.mjs';

/**
 * Molecules in the data set's order, and rows of the fold that no model was trained on.
 * @returns {Promise<{molecules: {charges: number[], positions: Float64Array, energy: number}[], heldOut: Int32Array}>}
 *   positions [atoms, 3] in Å, energy of atomisation in kcal/mol
 */
export async function qm7() {
  const { Z, R, T, P } = await npz('qm7/qm7.npz');
  const [size, atoms] = Z.shape;
  const molecules = Array.from({ length: size }, (_, row) => {
    const charges = [...Z.values.subarray(row * atoms, (row + 1) * atoms)].filter((z) => z > 0);
    const from = row * atoms * 3;
    const places = R.values.subarray(from, from + 3 * charges.length);
    const positions = Float64Array.from(places, (x) => x * BOHR);
    return { charges, positions, energy: T.values[row] };
  });
  return { molecules, heldOut: Int32Array.from(P.values.subarray(0, P.shape[1]), Number) };
}
