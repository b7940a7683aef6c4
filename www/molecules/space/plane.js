// The plane in which the probe atom goes about: through the middle of the molecule, facing the eye.

import { code } from '../../kit/color/colors.js';

const SIDE = 17; // places along each side
const MARGIN = 0.8; // of the molecule's extent
const NEAR = 0.7; // Å to the nearest atom: nearer, a place is left out

/** @returns {{centre: number[], corners: number[][]}[]} the places, with the corners of their squares */
export function plane(view, { positions }) {
  const reach = MARGIN * view.extent;
  const step = (2 * reach) / SIDE;
  const place = (x, y) => view.unseen([x, y, 0]).map((d, k) => view.centre[k] + d);
  const found = [];
  for (let row = 0; row < SIDE; row += 1) {
    for (let column = 0; column < SIDE; column += 1) {
      const [x, y] = [-reach + (column + 0.5) * step, -reach + (row + 0.5) * step];
      const centre = place(x, y);
      if (nearest(centre, positions) < NEAR) continue;
      const h = step / 2;
      const corners = [
        [x - h, y - h],
        [x + h, y - h],
        [x + h, y + h],
        [x - h, y + h],
      ].map(([u, v]) => place(u, v));
      found.push({ centre, corners });
    }
  }
  return found;
}

function nearest(place, positions) {
  let best = Infinity;
  for (let i = 0; i < positions.length; i += 3) {
    best = Math.min(best, Math.hypot(...place.map((x, k) => x - positions[i + k])));
  }
  return best;
}

/**
 * The map's scale, symmetric about the mean over all places.
 * @param {{energies: number[]}} map kcal/mol, by place
 * @returns {{mean: number, vmax: number}} vmax: the difference from the mean that gets full colour, the largest
 */
export function scaleOf({ energies }) {
  const mean = energies.reduce((sum, e) => sum + e, 0) / energies.length;
  return { mean, vmax: Math.max(...energies.map((e) => Math.abs(e - mean))) };
}

/** Squares and their looks: the energy with the probe there, less its mean over all places. */
export function cells({ places, energies }, { mean, vmax }, palette) {
  return places.map(({ corners }, k) => [corners, palette.look(code(energies[k] - mean, vmax))]);
}
