// openchemlib's drawing as nodes of the page: of its SVG only lines, polygons, circles and letters are
// taken, in the page's own colour, since red and blue have another meaning here.

import { svg } from '../kit/page/dom.js';

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

/** A light edge round letters, which dark red and dark blue would swallow. */
export const HALO = {
  stroke: '#ffffff',
  'stroke-opacity': 0.85,
  'stroke-width': 3,
  'stroke-linejoin': 'round',
  'paint-order': 'stroke',
};

const ELEMENT = /<(line|polygon|circle|text)\b([^>]*)>([^<]*)/g;
const ATTRIBUTE = /([\w-]+)="([^"]*)"/g;

/** The elements of an SVG text as openchemlib writes it: tag, attributes, text. */
export function elements(text) {
  return [...text.matchAll(ELEMENT)].map(([, tag, attributes, content]) => ({
    tag,
    attributes: new Map(
      [...attributes.matchAll(ATTRIBUTE)].map(([, name, value]) => [name, value]),
    ),
    text: content.trim(),
  }));
}

const MARGIN = 46; // round the atoms
const LARGEST = 2.6; // openchemlib draws small molecules small: enlarged up to so much

/** Scale and shift that make the places fill the picture. */
function fit(places, width, height) {
  const ends = [0, 1].map((k) => places.map((place) => place[k]));
  const [x, y] = ends.map((all) => [Math.min(...all), Math.max(...all)]);
  const room = [(width - 2 * MARGIN) / (x[1] - x[0]), (height - 2 * MARGIN) / (y[1] - y[0])];
  const scale = Math.min(LARGEST, ...room);
  return {
    scale,
    shift: [width / 2 - (scale * (x[0] + x[1])) / 2, height / 2 - (scale * (y[0] + y[1])) / 2],
  };
}

/**
 * @returns {{lines: SVGElement, atoms: [number, number][], bonds: [number, number][], unit: number}}
 *   places of atoms and of the middles of bonds; `unit` is the usual length of a bond
 */
export function drawing(structure, width, height) {
  const flat = structure.molecule.getCompactCopy();
  flat.inventCoordinates();
  const nodes = [];
  const atoms = [];
  for (const { tag, attributes, text } of elements(flat.toSVG(width, height, 'm', OPTIONS))) {
    const [, kind, index] = /^m:(Atom|Bond):(\d+)$/.exec(attributes.get('id') ?? '') ?? [];
    if (kind === 'Atom' && Number(index) < structure.size) {
      atoms[Number(index)] = [Number(attributes.get('cx')), Number(attributes.get('cy'))];
    }
    if (kind) continue;
    const kept = SHAPES[tag].map((name) => [name, attributes.get(name)]);
    const halo = tag === 'text' ? HALO : {};
    nodes.push(svg(tag, { ...Object.fromEntries(kept), ...halo, text: text || null }));
  }
  const { scale, shift } = fit(atoms, width, height);
  for (const place of atoms) shift.forEach((by, k) => (place[k] = scale * place[k] + by));
  const lines = svg('g', { transform: `translate(${shift.join(' ')}) scale(${scale})` }, ...nodes);
  const bonds = structure.bonds.map(([a, b]) => [
    (atoms[a][0] + atoms[b][0]) / 2,
    (atoms[a][1] + atoms[b][1]) / 2,
  ]);
  const lengths = structure.bonds.map(([a, b]) =>
    Math.hypot(atoms[a][0] - atoms[b][0], atoms[a][1] - atoms[b][1]),
  );
  lengths.sort((a, b) => a - b);
  const unit = lengths[Math.floor(lengths.length / 2)] ?? Math.min(width, height) / 6;
  return { lines, atoms, bonds, unit };
}
