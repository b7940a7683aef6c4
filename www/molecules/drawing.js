// openchemlib's drawing as nodes of the page: its SVG is parsed as XML, and of it only lines, polygons and
// letters are taken, in the page's own colour, since red and blue have another meaning here.

import { svg } from '../shared/dom.js';

const SHAPES = {
  line: ['x1', 'y1', 'x2', 'y2', 'stroke-width', 'stroke-dasharray'],
  polygon: ['points'],
  circle: ['cx', 'cy', 'r'],
  text: ['x', 'y', 'font-size'],
};
const OPTIONS = {
  suppressChiralText: true,
  suppressESR: true,
  suppressCIPParity: true,
  noStereoProblem: true,
  noColorOnESRAndCIP: true,
};

/**
 * @returns {{nodes: SVGElement[], atoms: [number, number][], bonds: [number, number][], unit: number}}
 *   places of atoms and of the middles of bonds; `unit` is the usual length of a bond
 */
export function drawing(structure, width, height) {
  const { molecule } = structure;
  const flat = molecule.getCompactCopy();
  flat.inventCoordinates();
  const text = flat.toSVG(width, height, 'm', OPTIONS);
  const parsed = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
  const nodes = [];
  const atoms = [];
  for (const node of parsed.children) {
    const [, kind, index] = /^m:(Atom|Bond):(\d+)$/.exec(node.id) ?? [];
    if (kind === 'Atom' && Number(index) < structure.size) {
      atoms[Number(index)] = [Number(node.getAttribute('cx')), Number(node.getAttribute('cy'))];
    }
    if (kind || !Object.hasOwn(SHAPES, node.tagName)) continue;
    const attributes = SHAPES[node.tagName].map((name) => [name, node.getAttribute(name)]);
    nodes.push(svg(node.tagName, { ...Object.fromEntries(attributes), text: node.textContent.trim() || null }));
  }
  const bonds = structure.bonds.map(([a, b]) => [
    (atoms[a][0] + atoms[b][0]) / 2,
    (atoms[a][1] + atoms[b][1]) / 2,
  ]);
  const lengths = structure.bonds.map(([a, b]) =>
    Math.hypot(atoms[a][0] - atoms[b][0], atoms[a][1] - atoms[b][1]),
  );
  lengths.sort((a, b) => a - b);
  const unit = lengths[Math.floor(lengths.length / 2)] ?? Math.min(width, height) / 6;
  return { nodes, atoms, bonds, unit };
}
