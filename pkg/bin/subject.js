// What a page explains: numbers, a picture, a text or a molecule.

import { writeNpy } from '../../www/kit/engine/npy.js';
import { readBytes, readNpy } from './npy.js';
import { pictureInput, readPng } from './picture.js';
import { broken, refuse } from './refuse.js';

/** @import { Explanation, Model } from 'heatlens' */
/** @import { Setting } from './settings.js' */

/**
 * @typedef {{ entry: Setting['entry'], options: Setting['options'], explanation: Explanation }} Map
 * @typedef {{ prediction: { logits: Float32Array, probabilities: Float32Array | null }, maps: Map[], spans?: Uint32Array }} Explained
 * @typedef {{ kind: 'numbers' | 'text' | 'molecule', model: Model, attributes: Record<string, string>,
 *   data: Record<string, Uint8Array>, input?: Float32Array, text?: string, structure?: any,
 *   explain: (settings: Setting[], asked: Record<string, any>) => Promise<Explained> }} Subject
 */

/** A label or, where none is spelt so, a number. @param {Model} model @param {string | undefined} name */
function classOf({ info }, name) {
  if (name === undefined || info.labels.includes(name) || !/^\d+$/.test(name)) return name;
  return Number(name);
}

/** The first of the largest. @param {ArrayLike<number>} values */
export const top = (values) =>
  Array.from(values).reduce((best, value, at, all) => (value > all[best] ? at : best), 0);

/**
 * What is asked of the package, for each method. A class that another is held against has a number.
 * @param {Model} model @param {Record<string, any>} asked @param {Explained['prediction']} prediction
 */
function target(model, { target: name, against }, { logits }) {
  if (against === undefined) return { target: classOf(model, name) };
  const versus = name === 'top' ? top(logits) : classOf(model, name);
  return { target: versus, against: classOf(model, against) };
}

/** @param {string} path @param {string} what */
const note = (path, what) => console.error(`heatlens: note: '${path}': ${what}`);

/** What 0 and 255 of a picture stand for. @param {Model} model @param {string | undefined} given */
export function range({ info }, given) {
  const text = given ?? info.metadata['heatlens.input.range'] ?? '0 1';
  const [low, high, ...more] = text.split(/[ ,]+/).filter(Boolean).map(Number);
  if (!(low < high) || more.length > 0 || !Number.isFinite(high - low))
    throw refuse(`'${text}' is no range of input values (low,high)`);
  return [Math.fround(low), Math.fround(high)];
}

/** @param {number[]} shape */
const long = (shape) => shape.filter((n) => n !== 1);
/** Equal up to axes of extent 1, or one of them a plain list. @param {number[]} given @param {number[]} wanted */
function fits(given, wanted) {
  const [a, b] = [long(given), long(wanted)];
  const size = (/** @type {number[]} */ shape) => shape.reduce((product, n) => product * n, 1);
  return String(a) === String(b) || (size(a) === size(b) && (a.length <= 1 || b.length <= 1));
}

/** One example of an array. @param {import('./npy.js').Numbers} array @param {number[]} shape @param {string | undefined} index @param {string} path */
function example({ shape: given, values }, shape, index, path) {
  const size = shape.reduce((product, n) => product * n, 1);
  if (index === undefined && fits(given, shape)) return values;
  const [count, ...rest] = given;
  if (given.length === 0 || !fits(rest, shape))
    throw refuse(
      `'${path}' has shape [${given.join(', ')}]; the network takes [${shape.join(', ')}]`,
    );
  const at = Number(index ?? (count === 1 ? 0 : NaN));
  if (Number.isNaN(at))
    throw refuse(`'${path}' holds ${count} examples; choose one of them with --index`);
  if (!(Number.isInteger(at) && at >= 0 && at < count))
    throw refuse(`'${path}' holds ${count} examples, none with number ${index}`);
  return values.slice(at * size, (at + 1) * size);
}

/** @param {Float32Array} values @param {number[]} shape @param {string} path */
function transposed(values, shape, path) {
  const side = shape.length === 1 ? Math.sqrt(shape[0]) : shape[shape.length - 1];
  if (!Number.isInteger(side) || (shape.length > 1 && shape[shape.length - 2] !== side))
    throw refuse(`'${path}': --transpose is for squares; the network takes [${shape.join(', ')}]`);
  const plane = side * side;
  return values.map((_, i) => {
    const at = i % plane;
    return values[i - at + (at % side) * side + Math.floor(at / side)];
  });
}

/** @param {Model} model @param {string} path @param {Record<string, any>} asked @returns {Promise<Float32Array>} */
async function numbers(model, path, asked) {
  const { shape } = model.info.inputs[0];
  const [low, high] = range(model, asked.range);
  const bytes = await readBytes(path);
  let values;
  let isBytes = true;
  if (bytes.subarray(1, 4).toString('latin1') === 'PNG') {
    const read = pictureInput(readPng(bytes, path), shape, asked, path);
    read.notes.forEach((what) => note(path, what));
    values = read.values;
  } else {
    const array = await readNpy(path, bytes);
    values = example(array, shape, asked.index, path);
    isBytes = array.bytes;
  }
  const f = Math.fround;
  if (isBytes) values = values.map((byte) => low + f(f(high - low) * f(byte / 255)));
  if (asked.invert) values = values.map((value) => f(low + high) - value);
  if (asked.transpose) values = transposed(values, shape, path);
  if (!values.every(Number.isFinite)) throw broken(path, 'the input contains NaN or infinity');
  return values;
}

const MOLECULES = /\.(smi|smiles|sdf|sd|mol)$/i;
/** @param {Model} model */
const readsMolecules = ({ info }) =>
  info.inputs.filter(({ name }) => ['features', 'adjacency', 'present'].includes(name)).length >= 2;

/** @param {Model} model @param {string} path @returns {Promise<Subject>} */
async function textSubject(model, path) {
  const bytes = await readBytes(path);
  let text;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw broken(path, 'is no UTF-8');
  }
  return {
    kind: 'text',
    model,
    text,
    attributes: { text },
    data: {},
    async explain(settings, asked) {
      const prediction = await model.read(text);
      const maps = [];
      let spans = prediction.spans;
      for (const { entry, options } of settings) {
        const how = { method: entry.name, ...target(model, asked, prediction), ...options };
        const explanation = await model.explainText(text, how);
        spans = explanation.spans;
        maps.push({ entry, options, explanation });
      }
      return { prediction, maps, spans };
    },
  };
}

/**
 * @param {Model} model as the file has it @param {(options: object) => Promise<Model>} load reads it again
 * @param {Record<string, any>} asked the command's options
 * @returns {Promise<Subject>}
 */
export async function subject(model, load, asked) {
  const [path, ...more] = asked.input ?? [];
  if (more.length > 0) throw refuse('a page shows one input');
  const molecule = asked.smiles !== undefined || MOLECULES.test(path);
  if (molecule !== readsMolecules(model)) {
    throw refuse(
      molecule
        ? 'the model takes no molecules (inputs features, adjacency, present)'
        : 'the model takes molecules: --smiles SMILES, or --input with a .smi, .sdf or .mol file',
    );
  }
  if (molecule) {
    const { moleculeSubject } = await import('./molecule.js');
    return moleculeSubject(load, asked);
  }
  if (model.info.vocabulary !== null) return textSubject(model, path);
  if (model.info.inputs.length !== 1)
    throw refuse(`the network has ${model.info.inputs.length} inputs; a page shows one`);
  const input = await numbers(model, path, asked);
  return {
    kind: 'numbers',
    model,
    input,
    attributes: { input: '#heatlens-input' },
    data: { 'heatlens-input': writeNpy(input, model.info.inputs[0].shape) },
    async explain(settings) {
      const prediction = await model.predict(input);
      const maps = [];
      for (const { entry, options } of settings) {
        const how = { method: entry.name, ...target(model, asked, prediction), ...options };
        maps.push({ entry, options, explanation: await model.explain(input, how) });
      }
      return { prediction, maps };
    },
  };
}
