// Heatmaps as one picture to take away: never without legend and caption. The drawing is SVG; a PNG is the
// same drawing in pixels.

import { svg } from '../page/dom.js';
import { format } from '../page/numbers.js';

const CELLS = 224; // width of a map
const GAP = 28;
const MARGIN = 24;
const LINE = 15;
const LETTER = 5.6; // mean width of a letter at 11 px
const COLUMNS = 4;
const STEPS = 64; // of a colour bar
const BAR = 8; // its height
const INK = '#1d1c1a';
const SERIF = "'Iowan Old Style', Palatino, Georgia, 'Liberation Serif', serif";
const SANS = "system-ui, 'Liberation Sans', sans-serif";
const PNG_SCALE = 2;

const hex = (rgb) => `#${rgb.map((v) => v.toString(16).padStart(2, '0')).join('')}`;

function wrap(text, width) {
  const letters = Math.floor(width / LETTER);
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = `${lines[lines.length - 1]} ${word}`.trim();
    if (longer.length <= letters) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

const label = (x, y, text, more = {}) =>
  svg('text', { x, y, 'font-family': SANS, 'font-size': 11, fill: INK, text, ...more });

/** Strokes over cells, one path for each ink. */
function hatching({ columns, rows, look }, size, x, y) {
  const lines = new Map();
  for (let i = 0; i < rows * columns; i += 1) {
    const { ink, hatch } = look(i);
    if (hatch === 0) continue;
    const [left, top] = [x + (i % columns) * size, y + Math.floor(i / columns) * size];
    const rising = hatch === -1 ? '' : `M${left} ${top + size}l${size} ${-size}`;
    const falling = hatch === 1 ? '' : `M${left} ${top}l${size} ${size}`;
    lines.set(hex(ink), `${lines.get(hex(ink)) ?? ''}${rising}${falling}`);
  }
  return [...lines].map(([stroke, d]) => svg('path', { d, stroke }));
}

/** Cells of one colour beside each other become one rectangle. */
function cells(panel, x, y) {
  const { columns, rows, look, ink } = panel;
  const size = CELLS / columns;
  const group = svg('g', { 'shape-rendering': 'crispEdges' });
  for (let row = 0; row < rows; row += 1) {
    for (let from = 0; from < columns;) {
      const fill = hex(look(row * columns + from).color);
      let to = from + 1;
      while (to < columns && hex(look(row * columns + to).color) === fill) to += 1;
      const [width, height] = [(to - from) * size, size];
      group.append(svg('rect', { x: x + from * size, y: y + row * size, width, height, fill }));
      from = to;
    }
  }
  const parts = [group, ...hatching(panel, size, x, y)];
  if (ink) {
    const on = (r, c) => r >= 0 && c >= 0 && r < rows && c < columns && ink[r * columns + c] >= 0.5;
    let edge = '';
    for (let r = 0; r <= rows; r += 1)
      for (let c = 0; c <= columns; c += 1) {
        if (on(r, c) !== on(r - 1, c)) edge += `M${x + c * size} ${y + r * size}h${size}`;
        if (on(r, c) !== on(r, c - 1)) edge += `M${x + c * size} ${y + r * size}v${size}`;
      }
    parts.push(svg('path', { d: edge, stroke: '#1e1e1e', 'stroke-opacity': 0.45, fill: 'none' }));
  }
  return parts;
}

/** The colours of a scale, with their hatch. @param {import('../color/colors.js').Palette} palette */
export function scaleBar(palette, isSigned, { x, y, width: whole }) {
  const width = whole / STEPS;
  const lookAt = (t) => palette.lookAt(isSigned ? 2 * t - 1 : t);
  const steps = Array.from({ length: STEPS }, (_, k) => {
    const fill = hex(lookAt(k / (STEPS - 1)).color);
    return svg('rect', { x: x + k * width, y, width: width + 0.1, height: BAR, fill });
  });
  const squares = Math.floor(whole / BAR);
  const look = (k) => lookAt(k / (squares - 1));
  return [...steps, ...hatching({ columns: squares, rows: 1, look }, BAR, x, y)];
}

function bar({ palette, isSigned, vmax, rule }, x, y) {
  const steps = scaleBar(palette, isSigned, { x, y, width: CELLS });
  const ticks = [
    label(x, y + 20, isSigned ? format(-vmax) : '0'),
    isSigned ? label(x + CELLS / 2, y + 20, '0', { 'text-anchor': 'middle' }) : null,
    label(x + CELLS, y + 20, `${isSigned && vmax > 0 ? '+' : ''}${format(vmax)}`, {
      'text-anchor': 'end',
    }),
    ...wrap(rule, CELLS).map((line, k) => label(x, y + 20 + LINE * (k + 1), line)),
  ];
  return [...steps, ...ticks.filter(Boolean)];
}

const wordsOf = (panel) => panel.lines.filter(Boolean).flatMap((line) => wrap(line, CELLS));
const barLines = (panel) => (panel.bar ? 2 + wrap(panel.bar.rule, CELLS).length : 0);

/**
 * @typedef {{title: string, columns: number, rows: number, ink: ArrayLike<number>|null, lines: string[],
 *   look: (i: number) => {color: number[], ink: number[], hatch: number},
 *   bar: {palette: import('../color/colors.js').Palette, isSigned: boolean, vmax: number, rule: string}|null}} Panel
 */

/**
 * @param {Panel[]} panels
 * @param {string} caption
 * @returns {SVGElement} a standalone picture on white
 */
export function figure(panels, caption) {
  const columns = Math.min(COLUMNS, panels.length);
  const width = 2 * MARGIN + columns * CELLS + (columns - 1) * GAP;
  const picture = svg('svg', { xmlns: 'http://www.w3.org/2000/svg', role: 'img' });
  const parts = [];
  let y = MARGIN;
  for (let first = 0; first < panels.length; first += columns) {
    const row = panels.slice(first, first + columns);
    let bottom = y;
    row.forEach((panel, k) => {
      const x = MARGIN + k * (CELLS + GAP);
      const height = (CELLS * panel.rows) / panel.columns;
      parts.push(label(x, y + 12, panel.title, { 'font-family': SERIF, 'font-size': 16 }));
      parts.push(...cells(panel, x, y + 22));
      let at = y + 22 + height + 6;
      if (panel.bar) parts.push(...bar(panel.bar, x, at));
      at += barLines(panel) * LINE - (panel.bar ? 8 : 0) + LINE;
      for (const line of wordsOf(panel)) {
        parts.push(label(x, at, line));
        at += LINE;
      }
      bottom = Math.max(bottom, at);
    });
    y = bottom + 12;
  }
  for (const line of wrap(caption, width - 2 * MARGIN)) {
    parts.push(label(MARGIN, y + LINE, line));
    y += LINE;
  }
  const height = y + MARGIN;
  for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` }))
    picture.setAttribute(name, String(value));
  picture.append(svg('title', { text: caption }), svg('rect', { width, height, fill: '#ffffff' }));
  picture.append(...parts);
  return picture;
}

export const svgText = (picture) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(picture)}\n`;

/** The picture in pixels. @returns {Promise<Blob>} */
export async function toPng(picture) {
  const address = URL.createObjectURL(new Blob([svgText(picture)], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = PNG_SCALE * Number(picture.getAttribute('width'));
    canvas.height = PNG_SCALE * Number(picture.getAttribute('height'));
    const context = canvas.getContext('2d');
    if (!context) throw new Error('this browser cannot draw');
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, fail) =>
      canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error('no PNG'))), 'image/png'),
    );
  } finally {
    URL.revokeObjectURL(address);
  }
}
