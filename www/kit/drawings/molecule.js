// <heat-molecule>'s picture. Of openchemlib's SVG only lines, polygons, circles and letters are taken, in a colour of our own,
// since red and blue have another meaning here. Looks stand in attributes: what is saved has no style sheet.

import { svg, uniqueId } from '../page/dom.js';
import { signed } from '../page/numbers.js';

export { paintField } from './field.js';

const INK = '#1d1c1a';
const SHAPES = {
  line: ['x1', 'y1', 'x2', 'y2', 'stroke-width', 'stroke-dasharray'],
  polygon: ['points'],
  circle: ['cx', 'cy', 'r'],
  text: ['x', 'y', 'font-size'],
};
const FILLED = { fill: INK };
const LETTER = { ...FILLED, 'font-family': 'system-ui, sans-serif' };
const LOOKS = {
  line: { stroke: INK, 'stroke-linecap': 'round' },
  polygon: FILLED,
  circle: FILLED,
  text: LETTER,
};
const OUTLINE = 1.75; // width of a group's outline
const OPTIONS = {
  suppressChiralText: true,
  suppressESR: true,
  suppressCIPParity: true,
  noStereoProblem: true,
  noColorOnESRAndCIP: true,
};

/** A light edge round letters, which dark red and dark blue would swallow. */
const HALO = {
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

/** @typedef {ReturnType<typeof drawing>} Layout */

/**
 * @param {any} structure see `www/molecules/chemistry.js` @param {number} width @param {number} height in CSS pixels
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
    const look = { ...LOOKS[tag], ...halo };
    nodes.push(svg(tag, { ...Object.fromEntries(kept), ...look, text: text || null }));
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

/** One line round a group of atoms and the bonds between them: a broad stroke without a narrower one. */
function outline({ bonds: all }, { atoms, unit }, group, [width, height]) {
  const bonds = all.filter(([a, b]) => group.includes(a) && group.includes(b));
  const d = [
    ...group.map((atom) => `M${atoms[atom].join(' ')}h0`),
    ...bonds.map(([a, b]) => `M${atoms[a].join(' ')}L${atoms[b].join(' ')}`),
  ].join('');
  const id = uniqueId('outline');
  const look = { d, fill: 'none', 'stroke-linecap': 'round', 'stroke-linejoin': 'round' };
  const broad = 1.04 * unit;
  return svg(
    'g',
    { class: 'outline' },
    svg(
      'mask',
      { id, maskUnits: 'userSpaceOnUse', x: 0, y: 0, width, height },
      svg('path', { ...look, stroke: '#ffffff', 'stroke-width': broad }),
      svg('path', { ...look, stroke: '#000000', 'stroke-width': broad - 2 * OUTLINE }),
    ),
    svg('rect', { width, height, fill: INK, mask: `url(#${id})` }),
  );
}

/** An atom that is taken out: paler, and crossed out. */
function struck({ atoms, unit }, atom) {
  const [x, y] = atoms[atom];
  const d = 0.25 * unit;
  return [
    svg('circle', { cx: x, cy: y, r: 0.42 * unit, fill: '#ffffff', 'fill-opacity': 0.62 }),
    svg('path', {
      class: 'cross-out',
      d: `M${x - d} ${y - d}l${2 * d} ${2 * d}m0 ${-2 * d}l${-2 * d} ${2 * d}`,
      fill: 'none',
      stroke: INK,
      'stroke-width': 1.5,
    }),
  ];
}

/** The number of its group beside an atom. */
const number = ({ atoms, unit }, atom, k) =>
  svg('text', {
    class: 'group-number',
    x: atoms[atom][0] + 0.3 * unit,
    y: atoms[atom][1] - 0.3 * unit,
    'font-size': 0.34 * unit,
    'font-weight': 700,
    ...LETTER,
    ...HALO,
    text: k + 1,
  });

/** Outlines, lines, and what is marked above them. @param {any} element @returns {SVGElement[]} */
export function layers({ drawn, layout, size, out, outlined, groups }) {
  return [
    ...(outlined ?? []).map((group) => outline(drawn, layout, group, size)),
    layout.lines,
    ...[...out].flatMap((atom) => struck(layout, atom)),
    ...(groups ?? []).flatMap((group, k) => [...group].map((atom) => number(layout, atom, k))),
  ];
}

/** Atom or bond number `i`. */
export function nameOf({ names, bonds }, of, i) {
  return of === 'atoms' ? names[i] : `bond ${names[bonds[i][0]]}–${names[bonds[i][1]]}`;
}

/** The largest number and whose it is. */
export function strongest({ values, of, structure }) {
  let top = -1;
  values.forEach((value, i) => {
    if (Number.isFinite(value) && !(Math.abs(value) <= Math.abs(values[top]))) top = i;
  });
  return top < 0 ? '' : `Strongest: ${nameOf(structure, of, top)} with ${signed(values[top])}.`;
}

/** What is to be seen, in words. @param {any} element */
export function describe({ drawn, values, places, groups }) {
  if (!groups) return strongest({ values, of: places, structure: drawn });
  const named = (group, k) =>
    `${k + 1}: ${[...group].map((atom) => drawn.names[atom]).join(', ')}.`;
  return groups.length > 0 ? `Groups: ${groups.map(named).join(' ')}` : 'No groups.';
}

/** What there is to read at an atom: its number, those of its bonds where these are explained, or its group. @param {any} element */
export function wordsAt(element, atom) {
  const { drawn, values, places, out, groups } = element;
  const parts = [drawn.names[atom] + (out.has(atom) ? ', taken out' : '')];
  const group = groups?.findIndex((atoms) => [...atoms].includes(atom)) ?? -1;
  if (group >= 0) parts.push(`group ${group + 1}`);
  if (groups || !values) return parts.join('  ');
  if (places === 'atoms') parts.push(element.amount(values[atom]));
  else
    drawn.bonds.forEach((bond, i) => {
      if (bond.slice(0, 2).includes(atom))
        parts.push(`${nameOf(drawn, 'bonds', i)} ${element.amount(values[i])}`);
    });
  return parts.join('  ');
}
