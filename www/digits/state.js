// What the address after '#' carries. Whoever wrote the link is not trusted: unknown keys are skipped,
// numbers must be finite and in range, words must be of known shape, and nothing is ever fetched because of it.

import { NORMALISATIONS, PALETTES } from '../kit/color/palettes.js';
import { GRID, MAX_POINTS } from './input/strokes.js';

/**
 * The page's state.
 * @typedef {{ model: string, target: number | 'top', against: number | null, normalisation: string, palette: string, shared: boolean,
 *   outline: boolean, view: string, methods: string[], params: Map<string, number | string>, strokes: number[][][],
 *   image: Uint8Array | null }} State
 *   `params`: the methods' parameters, and what views keep, by `method.name`; `image`: grey values instead of a drawing
 */

const VERSION = '1';
/** Longest address part that is written or read. */
export const MAX_LENGTH = 8192;
const MAX_PARAMETERS = 64;
const MAX_METHODS = 32;
const PIXELS = 784;

export const MODEL_IDS = ['cnn', 'mlp'];
export const VIEW_IDS = [
  'compare',
  'knobs',
  'contrast',
  'layers',
  'proof',
  'subsets',
  'limits',
  'images',
  'networks',
];

const WORD = /^[a-z][a-z0-9-]{0,31}$/;
const NUMBER = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,2})?$/i;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

// ---- bytes as text of the URL-safe base 64 alphabet, no padding

function toText(bytes) {
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const word = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const digits = Math.min(4, bytes.length - i + 1);
    for (let k = 0; k < digits; k += 1) out += ALPHABET[(word >> (18 - 6 * k)) & 63];
  }
  return out;
}

function toBytes(text) {
  const bytes = [];
  let [word, bits] = [0, 0];
  for (const letter of text) {
    const digit = ALPHABET.indexOf(letter);
    if (digit < 0) return null;
    word = ((word << 6) | digit) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((word >> bits) & 255);
    }
  }
  return bytes;
}

// ---- strokes: for each its number of points, the first point, then differences; zigzag varints

function pushNumber(bytes, value) {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>= 7;
  }
  bytes.push(rest);
}

function bytesOf(strokes) {
  const bytes = [];
  for (const stroke of strokes) {
    pushNumber(bytes, stroke.length);
    let [px, py] = [0, 0];
    for (const point of stroke) {
      const [x, y] = [Math.round(point[0] * GRID), Math.round(point[1] * GRID)];
      pushNumber(bytes, x - px);
      pushNumber(bytes, y - py);
      [px, py] = [x, y];
    }
  }
  return bytes;
}

export const encodeStrokes = (strokes) => toText(bytesOf(strokes));

/** Letters of that text. */
export const encodedLength = (strokes) => Math.ceil((4 * bytesOf(strokes).length) / 3);

/** The strokes of a text, or null when it is not one of ours. */
export function decodeStrokes(text) {
  const bytes = toBytes(text);
  if (bytes === null) return null;
  let at = 0;
  const next = () => {
    let [value, shift] = [0, 0];
    for (;;) {
      if (at >= bytes.length || shift > 14) return NaN;
      const byte = bytes[at];
      at += 1;
      value |= (byte & 127) << shift;
      if (byte < 128) break;
      shift += 7;
    }
    return value & 1 ? -(value + 1) / 2 : value / 2;
  };
  const strokes = [];
  let total = 0;
  while (at < bytes.length) {
    const count = next();
    total += count;
    if (!(count > 0) || !(total <= MAX_POINTS)) return null;
    const stroke = [];
    let [x, y] = [0, 0];
    for (let i = 0; i < count; i += 1) {
      x += next();
      y += next();
      if (!(x >= 0 && x <= GRID && y >= 0 && y <= GRID)) return null;
      stroke.push([x / GRID, y / GRID]);
    }
    strokes.push(stroke);
  }
  return strokes;
}

// ---- the whole state

function wholeState(state) {
  const parts = [`v=${VERSION}`];
  if ([...MODEL_IDS, 'own'].includes(state.model)) parts.push(`m=${state.model}`);
  if (state.target !== 'top') parts.push(`t=${state.target}`);
  if (state.against !== null) parts.push(`a=${state.against}`);
  parts.push(
    `n=${state.normalisation}`,
    `c=${state.palette}`,
    `s=${state.shared ? 1 : 0}`,
    `o=${state.outline ? 1 : 0}`,
  );
  if (state.view !== 'compare') parts.push(`x=${state.view}`);
  if (state.methods.length > 0) parts.push(`g=${state.methods.join('.')}`);
  for (const [name, value] of state.params) parts.push(`p.${name}=${value}`);
  if (state.image) parts.push(`i=${toText(state.image)}`);
  else parts.push(`d=${encodeStrokes(state.strokes)}`);
  return `#${parts.join('&')}`;
}

/** Whether no address can hold the state. */
export const isTooLong = (state) => wholeState(state).length > MAX_LENGTH;

/** @param {State} state @returns {string} the address part, '#' included; of a state that is too long the version alone */
export function encodeState(state) {
  return isTooLong(state) ? `#v=${VERSION}` : wholeState(state);
}

const classIndex = (text) => (/^\d{1,4}$/.test(text) ? Number(text) : undefined);
const choice = (text, all) => (all.includes(text) ? text : undefined);
const names = (text) => {
  const words = text.split('.');
  return words.length <= MAX_METHODS && words.every((word) => WORD.test(word)) ? words : undefined;
};

/** 784 grey values of a byte each. */
function image(text) {
  const bytes = toBytes(text);
  return bytes?.length === PIXELS ? Uint8Array.from(bytes) : undefined;
}
const flag = (text) => (text === '1' ? true : text === '0' ? false : undefined);

function parameter(key, text) {
  const [method, name, more] = key.slice(2).split('.');
  if (more !== undefined || !WORD.test(method) || !WORD.test(name ?? '')) return null;
  if (NUMBER.test(text) && Number.isFinite(Number(text)))
    return [`${method}.${name}`, Number(text)];
  return WORD.test(text) ? [`${method}.${name}`, text] : null;
}

/**
 * The part of a state that an address names; an empty object for anything unusable.
 * Never throws. Parameters still have to be checked against the catalogue.
 * @param {string} hash @returns {Partial<State>}
 */
export function decodeState(hash) {
  /** @type {Partial<State>} */
  const out = {};
  if (typeof hash !== 'string' || hash.length > MAX_LENGTH) return out;
  const pairs = new Map();
  for (const part of hash.replace(/^#/, '').split('&')) {
    const cut = part.indexOf('=');
    if (cut > 0) pairs.set(part.slice(0, cut), part.slice(cut + 1));
  }
  if (pairs.get('v') !== VERSION) return out;
  const read = (key, name, parse) => {
    if (!pairs.has(key)) return;
    const value = parse(pairs.get(key));
    if (value !== undefined && value !== null) out[name] = value;
  };
  read('m', 'model', (text) => choice(text, MODEL_IDS));
  read('t', 'target', classIndex);
  read('a', 'against', classIndex);
  read('n', 'normalisation', (text) => choice(text, Object.keys(NORMALISATIONS)));
  read('c', 'palette', (text) => choice(text, Object.keys(PALETTES)));
  read('s', 'shared', flag);
  read('o', 'outline', flag);
  read('x', 'view', (text) => choice(text, VIEW_IDS));
  read('g', 'methods', names);
  read('d', 'strokes', decodeStrokes);
  read('i', 'image', image);
  const params = new Map();
  for (const [key, text] of pairs) {
    const entry =
      key.startsWith('p.') && params.size < MAX_PARAMETERS ? parameter(key, text) : null;
    if (entry) params.set(entry[0], entry[1]);
  }
  if (params.size > 0) out.params = params;
  return out;
}
