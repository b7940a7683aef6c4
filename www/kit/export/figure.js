// One picture that tells the whole story: what was put in, what the network answered, the question, the maps with their legends in
// words, and who made it. Without a style sheet or a script: it stands alone.

import { UNSIGNED_ENDS } from '../elements/legend.js';
import { svg } from '../page/dom.js';
import { format } from '../page/numbers.js';
import { drawPanel, FIELDS, WIDTHS } from './panels.js';
import { label, scaleBar, SERIF, wrap } from './shapes.js';

const GAP = 28;
const MARGIN = 24;
const LINE = 15;
const WIDEST = 980; // four maps of cells, two texts
const PNG_SCALE = 2;
const PNG_SIDE = 16_000; // more pixels in a row no browser draws

/**
 * @typedef {(import('./panels.js').Cells | import('./panels.js').Text | import('./panels.js').Drawing) &
 *   { title: string, lines: string[], bar: Bar | null }} Panel a picture with its title, lines below it, its scale
 * @typedef {{ palette: import('../color/colors.js').Palette, isSigned: boolean, vmax: number, rule: string,
 *   ends?: [string, string] }} Bar `ends`: what the numbers at either end speak for
 * @typedef {{ question?: string, answer?: string, input?: Panel | null, panels: Panel[], missing?: string[], caption: string }} Story
 *   `missing`: maps that were asked for and not computed when the picture was made
 */

/** What both ends of a scale say; nothing was said of them by the domain: how much a feature matters. @param {Bar} bar */
export function endsOf({ palette, isSigned, ends }) {
  if (!isSigned) return UNSIGNED_ENDS;
  const [high, low] = palette.words;
  return ends ? [`${low}: ${ends[0]}`, `${high}: ${ends[1]}`] : [low, high];
}

/** The scale with its numbers, what its ends say, and its rule. @param {Bar} bar */
function drawBar(bar, x, y, width) {
  const { palette, isSigned, vmax, rule } = bar;
  const end = { 'text-anchor': 'end' };
  /** @type {SVGElement[]} */
  const parts = scaleBar(palette, isSigned, { x, y, width });
  let at = y + 20;
  parts.push(label(x, at, isSigned ? format(-vmax) : '0'));
  if (isSigned) parts.push(label(x + width / 2, at, '0', { 'text-anchor': 'middle' }));
  parts.push(label(x + width, at, `${isSigned && vmax > 0 ? '+' : ''}${format(vmax)}`, end));
  const [low, high] = endsOf(bar).map((words) => wrap(words, width / 2 - 6));
  low.forEach((line, k) => parts.push(label(x, at + LINE * (k + 1), line)));
  high.forEach((line, k) => parts.push(label(x + width, at + LINE * (k + 1), line, end)));
  at += LINE * (Math.max(low.length, high.length) + 1);
  for (const line of wrap(rule, width)) {
    parts.push(label(x, at, line, { 'fill-opacity': 0.7 }));
    at += LINE;
  }
  return { parts, bottom: at };
}

/** @param {Panel} panel */
function draw(panel, x, y, width) {
  const { parts, height } = drawPanel(panel, x, y + 22, width);
  const all = [label(x, y + 12, panel.title, { 'font-family': SERIF, 'font-size': 16 }), ...parts];
  let at = y + 22 + height + 6;
  if (panel.bar) {
    const bar = drawBar(panel.bar, x, at, Math.min(width, WIDTHS.cells * 1.5));
    all.push(...bar.parts);
    at = bar.bottom;
  } else at += LINE;
  for (const line of panel.lines.filter(Boolean).flatMap((words) => wrap(words, width))) {
    all.push(label(x, at, line));
    at += LINE;
  }
  return { parts: all, bottom: at };
}

/** Panels in rows, as many as a row holds. @param {Panel[]} panels */
function rowsOf(panels) {
  /** @type {{ panel: Panel, width: number, left: number }[][]} */
  const rows = [];
  /** @type {{ panel: Panel, width: number, left: number }[]} */
  let row = [];
  let wide = 0;
  for (const panel of panels) {
    const width =
      panel.kind === 'drawing' && panel.width ? panel.width : WIDTHS[panel.kind ?? 'cells'];
    if (row.length > 0 && wide + GAP + width > WIDEST) {
      rows.push(row);
      row = [];
      wide = 0;
    }
    row.push({ panel, width, left: row.length > 0 ? wide + GAP : 0 });
    wide = row[row.length - 1].left + width;
  }
  return [...rows, row];
}

/** @param {Story} story @returns {SVGElement} a standalone picture on white */
export function figure({
  question = '',
  answer = '',
  input = null,
  panels,
  missing = [],
  caption,
}) {
  const rows = rowsOf([input, ...panels].filter((panel) => panel !== null));
  const widest = Math.max(...rows.flat().map(({ left, width }) => left + width));
  const width = 2 * MARGIN + Math.max(WIDTHS.text, widest);
  const parts = [];
  let y = MARGIN;
  if (question) {
    parts.push(label(MARGIN, y + 18, question, { 'font-family': SERIF, 'font-size': 22 }));
    y += 32;
  }
  if (answer) {
    parts.push(label(MARGIN, y + 12, answer, { 'font-size': 14 }));
    y += 28;
  }
  for (const row of rows) {
    const drawn = row.map(({ panel, left, width: wide }) => draw(panel, MARGIN + left, y, wide));
    parts.push(...drawn.flatMap((each) => each.parts));
    y = Math.max(...drawn.map(({ bottom }) => bottom)) + 12;
  }
  for (const line of [missingText(missing), caption].flatMap((words) =>
    wrap(words, width - 2 * MARGIN),
  )) {
    if (line === '') continue;
    parts.push(label(MARGIN, y + LINE, line));
    y += LINE;
  }
  const height = Math.ceil(y + MARGIN);
  const picture = svg('svg', {
    xmlns: 'http://www.w3.org/2000/svg',
    role: 'img',
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
  });
  const title = [question, answer, caption].filter(Boolean).join(' ');
  picture.append(svg('title', { text: title }), svg('rect', { width, height, fill: '#ffffff' }));
  picture.append(...parts);
  return picture;
}

/** Which maps a file does not hold, though they were asked for. @param {string[]} missing */
export const missingText = (missing) =>
  missing.length > 0 ? `Not computed yet when this was saved: ${missing.join(', ')}.` : '';

/** What no XML may hold: control characters, halves of surrogate pairs. */
const UNFIT = /(?![\t\n\r])\p{Cc}|[\ufffe\uffff\p{Surrogate}]/gu;

/** The picture as a file. @param {SVGElement} picture */
export function svgText(picture) {
  let text = new XMLSerializer().serializeToString(picture).replace(UNFIT, '\ufffd');
  for (const { id, field } of fields(picture))
    text = text.replace(`id="${id}"`, `href="${field.toDataURL('image/png')}"`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${text}\n`;
}

/** The fields in a picture, which lie under its lines. @param {SVGElement} picture */
const fields = (picture) =>
  [...picture.querySelectorAll('image')].flatMap((node) => {
    const field = FIELDS.get(node);
    return field ? [{ node, id: node.id, field }] : [];
  });

/** The picture in pixels. @returns {Promise<Blob>} */
export async function toPng(picture) {
  // Fields are drawn first, and all else above them.
  const above = /** @type {SVGElement} */ (picture.cloneNode(true));
  for (const node of above.querySelectorAll('image, :scope > rect:first-of-type')) node.remove();
  const address = URL.createObjectURL(new Blob([svgText(above)], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const [width, height] = ['width', 'height'].map((name) => Number(picture.getAttribute(name)));
    const scale = Math.min(PNG_SCALE, PNG_SIDE / Math.max(width, height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.floor(scale * width);
    canvas.height = Math.floor(scale * height);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('this browser cannot draw');
    context.fillStyle = '#ffffff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    for (const { node, field } of fields(picture)) {
      const place = ['x', 'y', 'width', 'height'];
      const [x, y, wide, high] = place.map((name) => scale * Number(node.getAttribute(name)));
      context.drawImage(field, x, y, wide, high);
    }
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, fail) =>
      canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error('no PNG'))), 'image/png'),
    );
  } finally {
    URL.revokeObjectURL(address);
  }
}
