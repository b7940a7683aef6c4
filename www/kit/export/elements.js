// Elements as figures that stand alone: what an element draws, with its legend in words; of <heat-lens> the whole story.

// What this has in common with the elements stays in one piece (see ../arrays.js).
import '../elements.js';
import { palette as paletteOf, table } from '../color/colors.js';
import { paint, paintMap } from '../color/paint.js';
import { grey, put } from '../elements/cells.js';
import { FAINT, pieces } from '../elements/text.js';
import { largest } from '../elements/bars.js';
import { endsOf } from '../elements/legend.js';
import { PICTURES } from '../lens/image.js';
import { failure } from '../engine/failure.js';
import { el, svg } from '../page/dom.js';
import { clip, format, percent } from '../page/numbers.js';
import { remarks } from '../page/remarks.js';
import { figure, svgText, toPng } from './figure.js';
import { parameterWords } from './json.js';
import { drawPanel, WIDTHS } from './panels.js';
import { INK, label } from './shapes.js';

/** @import { Panel, Story } from './figure.js' */

const MOST_CELLS = 20_000; // as shapes; more of them are pixels
const WIDE = 640; // px, of sequences and series
const SIDE = 512; // px, of a picture under a map at most

const refuse = (message) => failure('E_ELEMENT', message);

/** How numbers look in a file: on white. */
function styleOf(element) {
  const palette = element.colorsOf('light');
  const scale = element.scaleNow;
  const lookAt = (value) =>
    palette.lookAt(Number.isFinite(value) && scale.vmax === 0 ? 0 : value / (scale.vmax || 1));
  return { palette, scale, lookAt };
}

/** A picture's pixels, if this page may read them. @param {any} source @returns {HTMLCanvasElement | null} */
function pixelsOf(source) {
  const [width, height] = [
    source.naturalWidth || source.videoWidth || source.width,
    source.naturalHeight || source.videoHeight || source.height,
  ];
  if (!(width > 0 && height > 0)) return null;
  const scale = Math.min(1, SIDE / Math.max(width, height));
  const canvas = el('canvas', {
    width: Math.round(width * scale),
    height: Math.round(height * scale),
  });
  canvas.getContext('2d')?.drawImage(source, 0, 0, canvas.width, canvas.height);
  try {
    canvas.toDataURL();
    return canvas;
  } catch {
    return null;
  }
}

/** Cells, over a picture if there is one. @returns {any} without title, lines and bar */
function mapOf(element) {
  const { palette, scale, lookAt } = styleOf(element);
  const { rows, columns } = element.grid;
  const { numbers: values, ink, cells: own } = element;
  const under = element.image && element.picture ? pixelsOf(element.picture) : null;
  const size = /** @type {[number, number]} */ ([WIDTHS.cells, (WIDTHS.cells * rows) / columns]);
  if (values.length > MOST_CELLS) {
    const canvas = el('canvas');
    const zoom = Math.max(1, Math.floor(1200 / columns));
    put(
      canvas,
      own
        ? paint(own.codes, columns, zoom, table(own.looks))
        : paintMap(values, columns, { vmax: scale.vmax, palette, zoom }),
    );
    return {
      kind: 'drawing',
      node: svg('g'),
      size,
      canvas: under ? blended(under, canvas, element) : canvas,
      width: WIDTHS.cells,
    };
  }
  const look = (i) => {
    if (!own) return lookAt(values[i]);
    const { color, ink = color, hatch = 0 } = own.looks[values[i]];
    return { color, ink, hatch };
  };
  const cells = { columns, rows, look, ink };
  if (!under) return cells;
  const node = svg(
    'g',
    { opacity: element.opacity ?? 0.65 },
    ...drawPanel(cells, 0, 0, WIDTHS.cells).parts,
  );
  return { kind: 'drawing', node, size, canvas: under, width: WIDTHS.cells };
}

/** A map over a picture, as the element shows it. */
function blended(under, over, { opacity }) {
  const canvas = el('canvas', { width: over.width, height: over.height });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.drawImage(under, 0, 0, canvas.width, canvas.height);
  context.globalAlpha = opacity ?? 0.65;
  context.drawImage(over, 0, 0);
  return canvas;
}

/** Cells with names at two sides. */
function matrixOf(element) {
  const map = mapOf(element);
  const names = { rows: element.namesOf('rows'), columns: element.namesOf('columns') };
  if (map.kind || (names.rows.length === 0 && names.columns.length === 0)) return map;
  const [left, top] = [names.rows.length > 0 ? 84 : 0, names.columns.length > 0 ? 84 : 0];
  const { parts, height } = drawPanel(map, left, top, WIDTHS.cells);
  const cell = WIDTHS.cells / map.columns;
  const every = Math.ceil(11 / cell);
  const kept = (list) =>
    list
      .map((name, k) => [clip(name, 14), (k + 0.5) * cell, k])
      .filter(([, , k]) => k % every === 0);
  const node = svg(
    'g',
    {},
    ...parts,
    ...kept(names.rows).map(([name, at]) =>
      label(left - 4, top + at + 4, name, { 'text-anchor': 'end' }),
    ),
    ...kept(names.columns).map(([name, at]) =>
      label(0, 0, name, { transform: `translate(${left + at + 4} ${top - 4}) rotate(-90)` }),
    ),
  );
  const width = left + WIDTHS.cells;
  return { kind: 'drawing', node, size: [width, top + height], width };
}

function textOf(element) {
  const { lookAt } = styleOf(element);
  const { text, spans, tokenFeatures, struck } = element.passage;
  const { relevance } = element.shown;
  const parts = pieces(text, spans).map(({ text: words, word }) => {
    if (word < 0) return { text: words };
    const look = lookAt(relevance[word]);
    const isPlain =
      Math.abs(relevance[word]) < FAINT * element.scaleNow.vmax || relevance[word] === 0;
    const line = struck.has(word)
      ? 'through'
      : isPlain
        ? null
        : relevance[word] < 0
          ? 'dotted'
          : 'solid';
    return { text: words, look: isPlain ? null : look, line, faint: tokenFeatures[word] < 0 };
  });
  return { kind: 'text', pieces: parts };
}

/** Sequences, series and rows, drawn anew on white. */
function drawnOf(element) {
  const { palette, scale } = styleOf(element);
  const how = { palette, scale, width: WIDE };
  const { drawing } = element;
  const {
    node,
    width = WIDE,
    height,
  } = drawing.picture?.(element, how) ?? drawing.draw(element, how);
  const group = svg('g', { color: INK, fill: INK }, node);
  return { kind: 'drawing', node: group, size: [width, height], width };
}

/** Probabilities, the likeliest first where there are many. */
function barsOf(element) {
  const { prediction, labels, target } = element;
  const shares = prediction?.probabilities ?? element.values;
  const values = shares ?? prediction?.logits;
  if (!values) throw refuse('there are no probabilities to draw');
  const count = Math.min(element.most ?? 10, values.length);
  const order = values.length <= count ? [...values.keys()] : largest(values, count);
  const rows = order.flatMap((index, k) => {
    const y = 18 * k;
    const weight = index === target ? { 'font-weight': 'bold' } : {};
    const share = shares ? Math.min(1, Math.max(0, Number(shares[index]) || 0)) : 0;
    return [
      label(0, y + 11, clip(labels?.[index] || String(index), 22), weight),
      svg('rect', {
        x: 130,
        y: y + 3,
        width: 150 * share,
        height: 8,
        fill: INK,
        'fill-opacity': index === target ? 1 : 0.45,
      }),
      label(350, y + 11, shares ? `${percent(share)} %` : format(values[index]), {
        ...weight,
        'text-anchor': 'end',
      }),
    ];
  });
  const size = /** @type {[number, number]} */ ([350, 18 * order.length]);
  return { kind: /** @type {const} */ ('drawing'), node: svg('g', {}, ...rows), size };
}

/** How what each kind draws goes into a figure. @type {Record<string, (element: any) => any>} */
const PICTURES_OF = {
  map: mapOf,
  matrix: matrixOf,
  text: textOf,
  molecule: (element) => element.figure(styleOf(element)),
  sequence: drawnOf,
  series: drawnOf,
  row: drawnOf,
};

/** One element that draws relevance, as a panel with its legend. @param {any} element @returns {Panel} */
function panelOf(element) {
  const { shown } = element;
  const isBroken = element.problem && !element.problem.hidden;
  const hasDrawing = element.constructor.tag === 'molecule' ? element.layout : shown;
  if (!hasDrawing || isBroken) throw refuse('nothing is drawn yet');
  const { palette, scale } = styleOf(element);
  const lines = shown?.parameters ? [parameterWords(shown.parameters).join(', ')] : [];
  if (element.legendNode.nonfinite?.textContent)
    lines.push(element.legendNode.nonfinite.textContent);
  return {
    ...PICTURES_OF[element.constructor.tag](element),
    title: element.label ?? shown?.method ?? '',
    lines,
    bar: shown &&
      !element.cells && { ...scale, palette, isSigned: element.isSigned, ends: element.endsNow },
  };
}

/** What was put in: a picture that this page may read, else grey values. @param {any} lens @returns {Panel | null} */
function inputOf({ example, info }, lens) {
  const frame = { title: 'Input', lines: [], bar: null };
  const inside = example.isInside ? lens.querySelector(PICTURES) : null;
  const canvas = inside && pixelsOf(inside);
  if (canvas) {
    const size = /** @type {[number, number]} */ ([canvas.width, canvas.height]);
    return { ...frame, kind: 'drawing', node: svg('g'), size, canvas, width: WIDTHS.cells };
  }
  if (!example.grey) return null;
  const [rows, columns] = info.inputs[0].shape.slice(-2);
  const look = (i) => {
    const color = Array(3).fill(grey(example.inputs[i]));
    return { color, ink: color, hatch: 0 };
  };
  return { ...frame, columns, rows, look, ink: null };
}

/** The whole story of <heat-lens>. @param {any} lens @returns {Story} */
function lensStory(lens) {
  const { info, explanation, example } = lens;
  if (!explanation) throw refuse('nothing is explained yet');
  const name = (index) => clip(info.labels[index] || `class ${index}`, 40);
  const { target, against } = explanation;
  const rival = against === null ? '' : ` rather than ${name(against)}`;
  const isNumber = lens.prediction.logits.length === 1;
  const panels = [...lens.maps.querySelectorAll('[part~="map"]')].map(panelOf);
  panels.forEach((panel, k) => panel.lines.push(remarks(lens.explanations[k] ?? {})));
  const title = info.metadata['heatlens.title'] ?? 'Network';
  return {
    question: isNumber ? `Why this ${name(0)}?` : `Why ${name(target)}${rival}?`,
    answer: lens.verdict.textContent,
    input: inputOf({ example, info }, lens),
    panels,
    caption: `${clip(title, 80)} (${info.hash.slice(0, 12)}). heatlens`,
  };
}

/** The bar alone. @returns {Panel} */
function legendOf({ vmax, palette, unsigned, ends }) {
  if (!(vmax > 0)) throw refuse('nothing is drawn yet');
  const bar = {
    palette: paletteOf(palette, 'light'),
    vmax,
    rule: '',
    isSigned: !unsigned,
    ends: endsOf(ends),
  };
  return { kind: 'drawing', node: svg('g'), size: [WIDTHS.cells, 1], title: '', lines: [], bar };
}

/** @param {any} element @returns {Story} */
export function storyOf(element) {
  const { tag } = element.constructor;
  if (tag === 'lens') return lensStory(element);
  if (tag === 'bars') {
    const panel = { ...barsOf(element), title: '', lines: [], bar: null };
    return { panels: [panel], caption: 'heatlens' };
  }
  if (tag === 'legend') return { panels: [legendOf(element)], caption: 'heatlens' };
  if (!Object.hasOwn(PICTURES_OF, tag))
    throw refuse(`<${element.localName}> draws nothing that can be saved`);
  return { panels: [panelOf(element)], caption: 'heatlens' };
}

/** @param {any} element @returns {string} */
export const toSVG = (element) => svgText(figure(storyOf(element)));

/** @param {any} element @returns {Promise<Blob>} */
export const toBlob = (element) => toPng(figure(storyOf(element)));
