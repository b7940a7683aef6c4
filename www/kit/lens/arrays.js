// Rows of features, series and sequences in <heat-lens>, fetched with the first network that reads one.

import { channelsOf } from '../drawings/arrays.js';
import { failure } from '../engine/failure.js';
import { digest } from '../engine/request.js';
import { el } from '../page/dom.js';
import { textIn } from './text.js';
import { clip } from '../page/numbers.js';

/** @import { MethodEntry, ModelInfo } from '../../pkg/index.js' */
/** @import { Domain, Example } from './domain.js' */

/**
 * A domain without what the elements themselves have: what draws it, and where numbers are read.
 * @typedef {Omit<Domain, 'element' | 'read'> & { read: (lens: any, info: ModelInfo, numbersOf: (lens: any) =>
 *   Promise<ArrayLike<number> | null>) => Promise<Example | null> }} Reader
 */

const LONGEST = 200_000; // letters that are read from a field

/** Alphabets of one-hot sequences by their width; what is unknown in them has no letter. */
const ALPHABETS = { 4: 'ACGT', 20: 'ACDEFGHIKLMNPQRSTVWY' };
const UNKNOWN = { 4: 'N', 20: 'X' };

const refuse = (message, code = 'E_REQUEST') => failure(code, message);
const names = ({ metadata }) =>
  (metadata['heatlens.input.names'] ?? '').split('\n').filter(Boolean);
const layoutOf = ({ metadata }) => metadata['heatlens.input.layout']?.trim() ?? null;
const sizeOf = (shape) => shape.reduce((all, extent) => all * extent, 1);

/** The one input of a model. @param {ModelInfo} info @param {string} kind */
function inputOf({ inputs }, kind) {
  if (inputs.length === 1) return inputs[0];
  throw refuse(
    `the network has ${inputs.length} inputs; one ${kind} alone is none of them`,
    'E_KIND',
  );
}

/** Numbers with commas, semicolons or blanks between. @param {string} text */
export function numbersIn(text) {
  const words = text.split(/[\s,;]+/u).filter(Boolean);
  return Float32Array.from(words, (word) => {
    const value = Number(word.replace('−', '-'));
    if (Number.isNaN(value) && word.toLowerCase() !== 'nan')
      throw refuse(`“${clip(word, 20)}” is not a number`);
    return value;
  });
}

/** What stands in an element, or was typed: numbers, as many as the network reads. */
async function arrayOf(lens, numbersOf, shape, kind) {
  const text = lens.typed ?? lens.text ?? textIn(lens);
  const given = lens.typed === null ? await numbersOf(lens) : null;
  if (!given && text === '') return null;
  const inputs = given ?? numbersIn(text);
  if (inputs.length !== sizeOf(shape))
    throw refuse(
      `the network reads ${sizeOf(shape)} numbers (${kind}), but there are ${inputs.length}`,
    );
  return inputs;
}

/** Methods that need no picture; exact Shapley values where there are few enough features. @param {MethodEntry} entry @param {ModelInfo} info */
const ask = ({ name, needs }, info) =>
  needs.includes('convolution') ||
  name === 'guided-grad-cam' ||
  (name === 'shapley' && sizeOf(info.inputs[0].shape) > 12)
    ? null
    : {};

/** @type {Reader} */
const row = {
  kind: 'row',
  async read(lens, info, numbersOf) {
    const { shape } = inputOf(info, 'row of features');
    const extents = shape.filter((extent) => extent !== 1);
    if (extents.length > 1 && info.metadata['heatlens.input.kind']?.trim() !== 'row')
      throw refuse(
        `the network reads ${shape.join(' × ')} numbers, and its file does not say of what kind (heatlens.input.kind)`,
        'E_KIND',
      );
    const inputs = await arrayOf(lens, numbersOf, shape, 'features');
    return inputs && { inputs, key: digest(inputs), names: names(info) };
  },
  ask,
  show(element, { inputs, names }, explanation) {
    element.names = names.length > 0 ? names : null;
    element.input = inputs;
    element.explanation = explanation;
  },
  editor(lens, info, example) {
    const inputs = Array.from(example?.inputs ?? []);
    const box = el('div', {
      class: 'fields',
      part: 'fields',
      role: 'group',
      'aria-label': 'Values of the features',
    });
    Object.assign(box.style, {
      display: 'grid',
      gridTemplateColumns: 'repeat(auto-fill, minmax(9rem, 1fr))',
      gap: '0.4rem 0.8rem',
      width: '30rem',
      maxWidth: '100%',
    });
    inputs.forEach((value, i) => {
      const field = el('input', { type: 'number', step: 'any', class: 'field', part: 'field' });
      field.value = String(Number(value.toPrecision(7)));
      field.addEventListener('input', () => {
        // While a number is being typed, the old one counts.
        if (field.value !== '' && Number.isFinite(field.valueAsNumber))
          inputs[i] = field.valueAsNumber;
        lens.edit({ typed: inputs.join(' ') });
      });
      box.append(
        el('label', { class: 'feature' }, `${example?.names[i] ?? `feature ${i + 1}`} `, field),
      );
    });
    return box;
  },
};

/** @type {Reader} */
const series = {
  kind: 'series',
  async read(lens, info, numbersOf) {
    const { shape } = inputOf(info, 'series');
    const inputs = await arrayOf(lens, numbersOf, shape, 'values of a series');
    return (
      inputs && {
        inputs,
        key: digest(inputs),
        names: names(info),
        layout: layoutOf(info),
      }
    );
  },
  ask,
  show(element, { inputs, names, layout }, explanation) {
    element.names = names.length > 0 ? names : null;
    element.layout = layout;
    element.input = inputs;
    element.explanation = explanation;
  },
  editor: (lens, info, example) =>
    textField(
      lens,
      'Values of the series',
      Array.from(example?.inputs ?? [], (v) => Number(v.toPrecision(7))).join(' '),
    ),
};

/** Letters that one-hot numbers stand for, and the other way round. @param {ModelInfo} info */
function codeOf(info) {
  const { shape } = inputOf(info, 'sequence');
  const own = names(info).length > 0 ? names(info) : null;
  const extents = shape.filter((extent) => extent !== 1);
  const width = own?.length ?? extents.find((extent) => Object.hasOwn(ALPHABETS, extent)) ?? 0;
  const alphabet = own ?? [...(ALPHABETS[width] ?? '')];
  if (alphabet.length === 0)
    throw refuse(
      `the network reads ${shape.join(' × ')} numbers, and its file names no letters (heatlens.input.names)`,
      'E_KIND',
    );
  const array = channelsOf(shape, sizeOf(shape), { layout: layoutOf(info), channels: width });
  return { ...array, alphabet, unknown: own ? null : (UNKNOWN[width] ?? null) };
}

/** @param {string} text @param {ReturnType<typeof codeOf>} code */
export function oneHot(text, { alphabet, unknown, channels, length, at }) {
  const isCase = alphabet.some((letter) => letter !== letter.toUpperCase());
  const letters = [...text.replace(/\s+/gu, '')].map((letter) =>
    isCase ? letter : letter.toUpperCase(),
  );
  if (letters.length !== length)
    throw refuse(`the network reads ${length} letters, but there are ${letters.length}`);
  const values = new Float32Array(channels * length);
  letters.forEach((letter, t) => {
    const c = alphabet.indexOf(letter);
    if (c >= 0) values[at(c, t)] = 1;
    else if (letter !== unknown)
      throw refuse(
        `“${clip(letter, 4)}” at ${t + 1} is none of the letters ${alphabet.join(' ')}${unknown ? ` or ${unknown}` : ''}`,
      );
  });
  return { values, letters };
}

/** @param {ArrayLike<number>} values @param {ReturnType<typeof codeOf>} code */
function lettersOf(values, { alphabet, unknown, channels, length, at }) {
  return Array.from({ length }, (_, t) => {
    let best = -1;
    for (let c = 0; c < channels; c += 1)
      if (values[at(c, t)] > (best < 0 ? 0 : values[at(best, t)])) best = c;
    return best < 0 ? (unknown ?? '?') : alphabet[best];
  });
}

/** @type {Reader} */
const sequence = {
  kind: 'sequence',
  async read(lens, info, numbersOf) {
    const code = codeOf(info);
    const given = lens.typed === null ? await numbersOf(lens) : null;
    const text = lens.typed ?? lens.text ?? textIn(lens);
    if (!given && text === '') return null;
    if (given && given.length !== code.channels * code.length)
      throw refuse(
        `the network reads ${code.channels} × ${code.length} numbers, but there are ${given.length}`,
      );
    const { values, letters } = given
      ? { values: given, letters: lettersOf(given, code) }
      : oneHot(text, code);
    return {
      inputs: values,
      key: digest(values),
      letters,
      layout: code.at(0, 1) === 1 ? 'CT' : 'TC',
    };
  },
  ask,
  show(element, { letters, layout }, explanation) {
    element.letters = letters;
    element.layout = layout;
    element.explanation = explanation;
  },
  editor: (lens, info, example) => textField(lens, 'Sequence', example?.letters.join('') ?? ''),
};

function textField(lens, label, value) {
  const field = el('textarea', {
    'aria-label': label,
    part: 'field',
    rows: 3,
    maxlength: LONGEST,
    spellcheck: 'false',
  });
  field.value = value;
  field.addEventListener('input', () => lens.edit({ typed: field.value.trim() }));
  return field;
}

/** By kind. @type {Record<string, Reader>} */
export const readers = { row, series, sequence };
