// What a page shows where no script runs; the words of the program's command (src/cli/page/still.rs).

import { encode } from 'fast-png';
import { css, palette as paletteOf } from '../../www/kit/color/colors.js';
import { nonfiniteText, vmaxOf } from '../../www/kit/color/scale.js';
import { format } from '../../www/kit/page/numbers.js';
import { classWords } from './answer.js';
import { range } from './subject.js';
import { words as given } from './settings.js';

/** @import { Runtime } from 'heatlens' */
/** @import { Fallback, Still, StillWord } from '../page-file.d.ts' */
/** @import { Explained, Map, Subject } from './subject.js' */

const SIDE = 280; // pixels of a picture
const WIDEST = 1120;
const FAINT = 0.05; // share of full colour below which a word stays plain
const IMAGE = 8; // smallest side of an input that is shown as an image
const [BAR, HIGH] = [256, 10]; // size of a scale
const f = Math.fround;

/** @param {{ width: number, height: number, data: ArrayLike<number> }} picture */
const png = ({ width, height, data }) =>
  encode({ width, height, data: Uint8Array.from(data), channels: 4, depth: 8 });

/** @param {number} width @param {number} height */
const zoomOf = (width, height) =>
  Math.max(
    1,
    Math.min(
      40,
      Math.max(1, Math.ceil(SIDE / Math.min(width, height))),
      Math.floor(WIDEST / width),
    ),
  );

/** Axes before the last two are summed. @param {number[]} shape */
const plane = (shape) =>
  shape.length > 3
    ? [shape.slice(0, -2).reduce((product, n) => product * n, 1), ...shape.slice(-2)]
    : shape;

/** The cells of a map, row by row, and how wide it is. @param {Float32Array} values @param {number[]} shape */
function cells(values, shape) {
  const axes = plane(shape);
  const inner = axes.slice(
    axes.findIndex((n) => n !== 1) < 0 ? axes.length : axes.findIndex((n) => n !== 1),
  );
  const side = Math.sqrt(values.length);
  const [height, width] =
    inner.length === 1 && values.length >= 64 && Number.isInteger(side)
      ? [side, side]
      : [inner.at(-2) ?? 1, inner.at(-1) ?? 1];
  const size = height * width;
  const summed = Float32Array.from({ length: size }, (_, i) => {
    let sum = 0;
    for (let at = i; at < values.length; at += size) sum = f(sum + values[at]);
    return sum;
  });
  return { summed, width, height };
}

/** @param {Map} map @param {ArrayLike<number>} values @returns {'sets' | 'signed' | 'unsigned'} */
function meaningOf({ entry, explanation }, values) {
  if (explanation.sis) return 'sets';
  return entry.signed || Array.from(values).some((value) => value < 0) ? 'signed' : 'unsigned';
}

/**
 * What the colours stand for.
 * @param {Subject} subject @param {Map} map @param {ArrayLike<number>} values
 * @param {import('../../www/kit/color/scale.js').Scale} scale @param {string} palette
 */
function scaleWords({ kind, model: { info } }, map, values, { vmax, rule }, palette) {
  const { target, against, side } = map.explanation;
  const meaning = meaningOf(map, values);
  if (meaning === 'sets')
    return 'each look is one set of values that suffices for the decision by itself';
  const known = paletteOf(palette);
  const underlined = kind === 'text' && known.hatched;
  const [high, low] = underlined ? ['plain grey', 'underlined grey'] : known.words;
  const classes = classWords(info, target, side);
  const signed =
    against === null
      ? `${high} speaks for ${classes}, ${low} against it`
      : `${high} speaks for ${classes}, ${low} for ${classWords(info, against, null)}`;
  const ends = meaning === 'signed' ? signed : 'the stronger the colour, the larger the number';
  const outside = nonfiniteText(values);
  return `${ends}; ${rule}: ${format(vmax)}${outside ? `; ${outside}` : ''}`;
}

/** The scale of colours as a picture. @param {Runtime} runtime @param {'sets' | 'signed' | 'unsigned'} meaning @param {number} vmax @param {any} palette */
async function legend(runtime, meaning, vmax, palette) {
  const value = (/** @type {number} */ x) => {
    const t = f(x / (BAR - 1));
    if (meaning === 'signed') return f(f(f(2 * t) - 1) * vmax);
    return meaning === 'sets' ? Math.max(Math.ceil(f(t * vmax)), Math.min(vmax, 1)) : f(t * vmax);
  };
  const row = Array.from({ length: BAR }, (_, x) => value(x));
  const relevance = Array.from({ length: HIGH }, () => row).flat();
  const full = vmax > 0 && meaning !== 'sets' ? { vmax } : {};
  const what = { sis: meaning === 'sets' ? {} : null, signed: meaning === 'signed' };
  const how = { palette, ...full };
  const drawn = await runtime.picture({ relevance, shape: [HIGH, BAR], ...what }, how);
  /** @type {[string, string, string]} */
  let ticks = ['0', '', format(vmax)];
  if (vmax === 0) ticks = ['', '0', ''];
  else if (meaning === 'signed') ticks = [format(-vmax), '0', `+${format(vmax)}`];
  else if (meaning === 'sets') ticks = ['1', '', String(vmax)];
  return { picture: png(drawn), ticks };
}

/** The input, if it is an image. @param {Subject} subject @returns {Still[]} */
function inputStill({ model, input }) {
  const { shape } = model.info.inputs[0];
  const side = Math.sqrt(shape[0]);
  const flat = shape.length === 1 && Number.isInteger(side);
  const [height, width] = flat ? [side, side] : shape.slice(-2);
  const channels = shape.length === 3 ? shape[0] : 1;
  const drawable = flat || shape.length === 2 || (shape.length === 3 && [1, 3].includes(channels));
  if (!input || !drawable || Math.min(height, width) < IMAGE) return [];
  const [low, high] = input.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    range(model, undefined),
  );
  const zoom = zoomOf(width, height);
  const data = new Uint8Array(4 * width * height * zoom * zoom);
  for (let i = 0; i < data.length; i += 4) {
    const [x, y] = [(i / 4) % (width * zoom), Math.floor(i / 4 / (width * zoom))];
    const at = Math.floor(y / zoom) * width + Math.floor(x / zoom);
    const byte = (/** @type {number} */ c) =>
      Math.round(f(f(255 * f(input[(c % channels) * width * height + at] - low)) / f(high - low)));
    data.set([byte(0), byte(1), byte(2), 255], i);
  }
  const picture = { width: width * zoom, height: height * zoom, data };
  const title = 'What the network sees';
  return [{ title, picture: { type: 'image/png', bytes: png(picture), alt: title } }];
}

/** Black or white, whichever reads better. @param {number[]} color @returns {'#111' | '#fff'} */
function inkOn(color) {
  const [r, g, b] = color.map((byte) => (byte / 255) ** 2.2);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? '#111' : '#fff';
}

/** The text in pieces. @param {string} text @param {ArrayLike<number>} spans @param {Float32Array} values @param {number} vmax @param {string} name @param {string} meaning @returns {StillWord[]} */
function pieces(text, spans, values, vmax, name, meaning) {
  const palette = paletteOf(name).of(meaning !== 'unsigned');
  /** @type {StillWord[]} */
  const words = [];
  const put = (/** @type {StillWord} */ word) => word.text !== '' && words.push(word);
  let from = 0;
  values.forEach((value, word) => {
    const [start, end] = [spans[2 * word], spans[2 * word + 1]];
    put({ text: text.slice(from, start) });
    const finite = Number.isFinite(value);
    const coloured = !finite || (Math.abs(value) >= f(f(FAINT) * vmax) && value !== 0);
    const set = meaning === 'sets' && value >= 1;
    const share = finite ? (vmax > 0 ? value / vmax : 0) : NaN;
    const { color } = set ? palette.set(value - 1) : palette.lookAt(share);
    const underlined = !finite || (palette.hatched && meaning === 'signed' && value < 0);
    const look = { background: color, ink: inkOn(color), underlined };
    put({ text: text.slice(start, end), ...(coloured ? look : {}) });
    from = end;
  });
  put({ text: text.slice(from) });
  return words;
}

/**
 * All maps, and a caption in sentences.
 * @param {Runtime} runtime @param {Subject} subject @param {Explained} explained @param {string} sentence the answer
 * @param {Record<string, any>} asked palette and normalisation
 * @returns {Promise<Fallback>}
 */
export async function fallback(runtime, subject, explained, sentence, { palette, normalisation }) {
  const { kind, model, text = '', structure } = subject;
  const stills = kind === 'numbers' ? inputStill(subject) : [];
  const caption = [sentence];
  const [first] = explained.maps;
  const { target, against, side } = first.explanation;
  const classes = classWords(model.info, target, side);
  const versus = against === null ? '' : ` against ${classWords(model.info, against, null)}`;
  caption.push(`Explained: ${classes}${versus}.`);
  for (const map of explained.maps) {
    const { entry, options, explanation } = map;
    const title = given(options) ? `${entry.title} (${given(options)})` : entry.title;
    const { relevance } = explanation;
    const shape = kind === 'numbers' ? explanation.shape : [1, relevance.length];
    const { summed, width, height } = cells(relevance, shape);
    const meaning = meaningOf(map, relevance);
    const most = Math.max(0, ...summed.filter(Number.isFinite));
    const scale =
      meaning === 'sets' ? { vmax: most, rule: 'set number' } : vmaxOf(summed, normalisation);
    const words = scaleWords(subject, map, summed, scale, palette);
    /** @type {Still} */
    const still = { title, legend: await legend(runtime, meaning, scale.vmax, palette) };
    if (kind === 'numbers') {
      const how = { palette, normalisation, zoom: zoomOf(width, height) };
      const drawn = await runtime.picture(
        { relevance, shape: plane(shape), sis: explanation.sis, signed: entry.signed },
        how,
      );
      still.picture = { type: 'image/png', bytes: png(drawn), alt: `${title}: ${words}` };
    } else if (kind === 'text') {
      still.words = pieces(text, explained.spans ?? [], relevance, scale.vmax, palette, meaning);
    } else {
      const { drawMolecule } = await import('./molecule.js');
      const colors = paletteOf(palette).of(meaning !== 'unsigned');
      const color = (/** @type {number} */ atom) =>
        css(colors.at(scale.vmax > 0 ? relevance[atom] / scale.vmax : 0));
      const svg = drawMolecule(structure, color);
      still.picture = {
        type: 'image/svg+xml',
        bytes: new TextEncoder().encode(svg),
        alt: `${title}: ${words}`,
      };
    }
    stills.push(still);
    const numbers = `. Sum of all numbers ${format(f(explanation.sum))}, explained ${format(f(explanation.score))}.`;
    const sets = `; ${explanation.sis?.sets.length} sets.`;
    caption.push(
      [`${title}: ${words}${explanation.sis ? sets : numbers}`, ...explanation.notes].join(' '),
    );
  }
  return { stills, caption };
}
