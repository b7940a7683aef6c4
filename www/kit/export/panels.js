// The three kinds of picture in a figure: cells, a text whose words are coloured, a drawing.

import { svg, uniqueId } from '../page/dom.js';
import { hatching, hex, INK, label, SANS } from './shapes.js';

/**
 * @typedef {{ color: number[], ink: number[], hatch: number }} Look
 * @typedef {{ kind?: 'cells', columns: number, rows: number, look: (i: number) => Look, ink?: ArrayLike<number> | null }} Cells
 *   `ink` outlines the cells in which it is at least a half
 * @typedef {{ text: string, look?: Look | null, line?: 'solid' | 'dotted' | 'through' | null, faint?: boolean }} Piece
 *   of a text: a word, or what lies between two; `line` under it says its sign, `faint`: it does not count
 * @typedef {{ kind: 'text', pieces: Piece[] }} Text
 * @typedef {{ kind: 'drawing', node: SVGElement, size: [number, number], canvas?: HTMLCanvasElement | null, width?: number }} Drawing
 *   a node in a box of this size, its looks as attributes (a file has no style sheet); `canvas`: the field that lies under it;
 *   `width`: where it is not that of its kind
 */

/** The width of each kind. */
export const WIDTHS = { cells: 224, text: 476, drawing: 350 };

const TEXT_SIZE = 13;
const TEXT_LINE = 23;
const MOST_LINES = 400; // of a text: what is longer no picture shows

/** @param {Cells} panel */
function drawCells({ columns, rows, look, ink }, x, y, width) {
  const size = width / columns;
  // One path per colour, in which cells beside each other are one rectangle: half as long as elements of their own.
  const paths = new Map();
  for (let row = 0; row < rows; row += 1) {
    for (let from = 0; from < columns;) {
      const fill = hex(look(row * columns + from).color);
      let to = from + 1;
      while (to < columns && hex(look(row * columns + to).color) === fill) to += 1;
      const wide = (to - from) * size;
      const box = `M${x + from * size} ${y + row * size}h${wide}v${size}h${-wide}z`;
      paths.set(fill, (paths.get(fill) ?? '') + box);
      from = to;
    }
  }
  const cells = [...paths].map(([fill, d]) => svg('path', { fill, d }));
  const group = svg('g', { 'shape-rendering': 'crispEdges' }, ...cells);
  const parts = [group, ...hatching({ columns, rows, look }, size, x, y)];
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
  return { parts, height: rows * size };
}

/** The width of a text, in the letters that this browser has. */
/** @type {CanvasRenderingContext2D | null} */
let context = null;
function measure(text) {
  context ??= document.createElement('canvas').getContext('2d');
  if (!context) return 6.5 * text.length;
  context.font = `${TEXT_SIZE}px ${SANS}`;
  return context.measureText(text).width;
}

/**
 * Pieces set in lines: broken where there is space, and inside what is longer than a line.
 * @param {Piece[]} pieces @param {number} width @param {(text: string) => number} measured
 * @returns {{ parts: (Piece & { at: number, wide: number })[], wide: number }[]}
 */
export function setLines(pieces, width, measured) {
  /** @typedef {{ parts: (Piece & { at: number, wide: number })[], wide: number }} Line */
  /** @type {Line[]} */
  const lines = [];
  /** @type {Line} */
  let line = { parts: [], wide: 0 };
  /** @type {Piece[]} */
  let cluster = []; // pieces that no space parts
  const next = () => {
    lines.push(line);
    line = { parts: [], wide: 0 };
  };
  const put = (piece, wide) => {
    line.parts.push({ ...piece, at: line.wide, wide });
    line.wide += wide;
  };
  const place = () => {
    const widths = cluster.map(({ text }) => measured(text));
    const whole = widths.reduce((a, b) => a + b, 0);
    if (line.wide > 0 && line.wide + whole > width) next();
    cluster.forEach((piece, k) => {
      if (line.wide + widths[k] <= width) put(piece, widths[k]);
      else
        for (const letter of piece.text) {
          const wide = measured(letter);
          if (line.wide > 0 && line.wide + wide > width) next();
          put({ ...piece, text: letter }, wide);
        }
    });
    cluster = [];
  };
  for (const piece of pieces)
    for (const [text] of piece.text.matchAll(/\r\n|[\n\r]|[^\S\n\r]+|\S+/g)) {
      if (/\S/.test(text)) cluster.push({ ...piece, text });
      else {
        place();
        if (/[\n\r]/.test(text)) next();
        else if (line.wide > 0) line.wide += measured(' ');
      }
    }
  place();
  next();
  return lines;
}

/** From right to left, if the first letter that has a direction goes so. */
const isRightToLeft = (text) =>
  /^[^\p{L}]*[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u.test(text);

/** @param {Text} panel */
function drawText({ pieces }, x, y, width) {
  const all = setLines(pieces, width, measure);
  const lines = all.slice(0, MOST_LINES);
  const parts = lines.flatMap(({ parts: words }, k) => {
    const base = y + TEXT_LINE * k + 15;
    const mirrored = isRightToLeft(words.map(({ text }) => text).join(' '));
    return words.flatMap(({ text, at, wide, look, line, faint }) => {
      const left = mirrored ? x + width - at - wide : x + at;
      const box = { x: left, y: base - 13, width: wide, height: 18 };
      const fill = look ? textOn(look.color) : faint ? '#77716a' : INK;
      return [
        look ? svg('rect', { ...box, fill: hex(look.color) }) : null,
        ...(look?.hatch
          ? hatching({ columns: 1, rows: 1, look: () => look }, wide, left, box.y, 18)
          : []),
        label(left, base, text, {
          'font-size': TEXT_SIZE,
          fill,
          // As wide as measured, whatever letters the reader has.
          textLength: wide,
          lengthAdjust: 'spacingAndGlyphs',
          'font-style': faint ? 'italic' : null,
        }),
        line ? underline(line, left, base, wide) : null,
      ].filter((node) => node !== null);
    });
  });
  const rest = all.length - lines.length;
  if (rest > 0)
    parts.push(
      label(
        x,
        y + TEXT_LINE * lines.length + 15,
        `… and ${rest} more lines, which JSON and CSV hold`,
      ),
    );
  return { parts, height: TEXT_LINE * (lines.length + (rest > 0 ? 1 : 0)) };
}

/** Black or white, whichever reads better on a colour. @param {number[]} color */
function textOn([r, g, b]) {
  const linear = (v) => (v / 255) ** 2.2;
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b) > 0.18
    ? '#111111'
    : '#ffffff';
}

/** Below the colour of a word, where it is seen on every colour; or through the word. */
function underline(line, x, base, wide) {
  const isThrough = line === 'through';
  return svg('path', {
    d: `M${x} ${base + (isThrough ? -4.5 : 6.5)}h${wide}`,
    stroke: INK,
    'stroke-width': isThrough ? 1 : 1.5,
    'stroke-dasharray': line === 'dotted' ? '1.5 2.5' : null,
  });
}

/**
 * The canvases of fields, by the element that stands for each in a picture. It gets its address in the file alone: a page's policy
 * need not let it load such a picture.
 * @type {WeakMap<Element, HTMLCanvasElement>}
 */
export const FIELDS = new WeakMap();

/** @param {Drawing} panel */
function drawNode({ node, size: [wide, high], canvas }, x, y, width) {
  const height = (width * high) / wide;
  const box = { x, y, width, height };
  const field = canvas
    ? svg('image', { ...box, preserveAspectRatio: 'none', id: uniqueId('field') })
    : null;
  if (field && canvas) FIELDS.set(field, canvas);
  const frame = svg('svg', { ...box, viewBox: `0 0 ${wide} ${high}` }, node);
  return { parts: [field, frame].filter((part) => part !== null), height };
}

/** The picture of a panel at a place. @param {Cells | Text | Drawing} panel @returns {{ parts: SVGElement[], height: number }} */
export function drawPanel(panel, x, y, width) {
  if (panel.kind === 'text') return drawText(panel, x, y, width);
  if (panel.kind === 'drawing') return drawNode(panel, x, y, width);
  return drawCells(panel, x, y, width);
}
