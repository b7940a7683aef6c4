import { withCustomRules } from './custom-rules.js';
import { RequestError } from './errors.js';

/**
 * JavaScript's own traps are caught here, before anything crosses into wasm: values of wrong types,
 * inherited properties, misspelt keys. Names and ranges are the core's to check.
 */

/** @typedef {import('./index.d.ts').ModelInfo} ModelInfo */

/**
 * The options of a call: an object, or nothing.
 * @param {unknown} options
 * @param {string[]} [known] the keys that it may have
 * @returns {Record<string, any>}
 */
export function readCall(options, known) {
  if (options === undefined) return {};
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new RequestError('E_REQUEST', `options must be an object, not ${show(options)}`);
  }
  // Own ones alone, in an object that has no others.
  const own = Object.assign(Object.create(null), options);
  const { signal, onProgress } = own;
  if (signal !== undefined && !(typeof signal?.aborted === 'boolean' && signal.addEventListener)) {
    throw new RequestError('E_REQUEST', `signal must be an AbortSignal, not ${show(signal)}`);
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new RequestError('E_REQUEST', `onProgress must be a function, not ${show(onProgress)}`);
  }
  const odd = Object.keys(own).find((key) => known?.includes(key) === false);
  if (odd !== undefined) {
    throw new RequestError(
      'E_REQUEST',
      `there is no option ${show(odd)}; there are: ${known?.join(', ')}`,
    );
  }
  return own;
}

/** Keys of {@link readCall}'s options that say how to watch a call. */
export const WATCH = ['signal', 'onProgress'];
/** Keys that say what is explained. */
export const TARGET = ['target', 'against', 'output', 'unit'];

/** Keys of explain's options that are no parameters of a method. */
const COMMON = ['method', ...TARGET, 'at'];

/**
 * The values of `batch` examples behind one another, input by input.
 * @param {ModelInfo} info
 * @param {unknown} input
 * @param {number} [batch]
 * @returns {Float32Array<ArrayBuffer>}
 */
export function readInput(info, input, batch = 1) {
  if (!Number.isInteger(batch) || batch < 1 || batch >= 2 ** 31) {
    throw new RequestError(
      'E_REQUEST',
      `batch must be a whole number from 1 to ${2 ** 31 - 1}, not ${show(batch)}`,
    );
  }
  const several = info.inputs.length !== 1;
  const parts = several && Array.isArray(input) ? input : [input];
  if (parts.length !== info.inputs.length) {
    const names = info.inputs.map(({ name }) => name).join(', ');
    throw new RequestError('E_INPUT', `the model takes an array of inputs: ${names}`);
  }
  const checked = parts.map((part, i) => {
    const { name, shape } = info.inputs[i];
    const label = `input '${name}'`;
    const numbers = readNumbers(part, label);
    const size = shape.reduce((a, b) => a * b, batch);
    if (numbers.length !== size) {
      const wanted = [...(batch > 1 ? [batch] : []), ...shape].join(' × ');
      throw new RequestError(
        'E_INPUT',
        `${label} has ${numbers.length} values; the model takes ${wanted} = ${size}`,
      );
    }
    return numbers;
  });
  // Only now, when there are as many numbers as that.
  const values = new Float32Array(checked.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const numbers of checked) {
    values.set(numbers, offset);
    offset += numbers.length;
  }
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new RequestError('E_NONFINITE', `the input has ${values[bad]} at ${bad}`);
  return values;
}

/**
 * @param {unknown} value
 * @param {string} label
 * @returns {Float32Array | number[]}
 */
function readNumbers(value, label) {
  if (value instanceof Float32Array) return value;
  if (isNumberArray(value) && !(value instanceof DataView)) return value;
  throw new RequestError('E_INPUT', `${label} must be a Float32Array or an array of numbers`);
}

/**
 * @param {unknown} value
 * @returns {value is number[]}
 */
export function isNumberArray(value) {
  if (ArrayBuffer.isView(value)) {
    return !(value instanceof BigInt64Array || value instanceof BigUint64Array);
  }
  // Not `every`, which skips holes.
  return Array.isArray(value) && !Array.from(value).some((item) => typeof item !== 'number');
}

/**
 * Options of explain as the engine takes them.
 * @param {unknown} options
 * @returns {import('./protocol.js').ExplainRequest}
 */
export function readOptions(options) {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new RequestError('E_REQUEST', "explain's options must be an object with a method");
  }
  const own = new Map(Object.entries(options).filter(([, value]) => value !== undefined));
  const custom = own.get('customRules');
  if (custom !== undefined) {
    own.set('rules', withCustomRules(own.get('rules'), custom));
    own.delete('customRules');
  }
  const method = own.get('method');
  if (typeof method !== 'string') {
    throw new RequestError('E_REQUEST', `method must be a name, not ${show(method)}`);
  }
  const at = own.get('at') ?? null;
  if (at !== null && typeof at !== 'string') {
    throw new RequestError('E_REQUEST', `at must be the name of a node, not ${show(at)}`);
  }
  return {
    method,
    at,
    target: readTarget(own),
    parameters: [...own]
      .filter(([key]) => !COMMON.includes(key))
      .map(([key, value]) => [key, readParameter(key, value)]),
  };
}

/**
 * What is explained, and where, out of options that have other keys, too.
 * @param {object} options
 */
export function readTargetAt(options) {
  const own = new Map(Object.entries(options).filter(([, value]) => value !== undefined));
  const at = own.get('at') ?? null;
  if (at !== null && typeof at !== 'string') {
    throw new RequestError('E_REQUEST', `at must be the name of a node, not ${show(at)}`);
  }
  return { target: readTarget(own), at };
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {number}
 */
export function readNumber(value, name) {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new RequestError('E_REQUEST', `${name} must be a finite number, not ${show(value)}`);
}

/** Keys of load's options that say how a model is read and changed. */
export const EDITS = ['axes', 'outputActivation', 'randomize', 'inputRange'];

/**
 * How load's options ask a model to be read and changed.
 * @param {Record<string, unknown>} options
 * @returns {import('./protocol.js').Edits}
 */
export function readEdits({ axes, outputActivation, randomize, inputRange }) {
  const fields = (/** @type {unknown} */ value) => new Map(Object.entries(Object(value)));
  const range = (/** @type {string} */ name) => {
    const values = readParameter(`inputRange.${name}`, fields(inputRange).get(name));
    if (values instanceof Float32Array && values.length === 2) return values;
    throw new RequestError('E_REQUEST', `inputRange.${name} must be two numbers`);
  };
  const sizes = [...fields(axes)].map(([name, size]) => [name, index(size, `axes.${name}`)]);
  return {
    axes: /** @type {[string, number][]} */ (sizes),
    outputActivation: readActivation(outputActivation ?? null),
    randomize: (randomize ?? null) && {
      layers: index(fields(randomize).get('layers'), 'randomize.layers'),
      seed: index(fields(randomize).get('seed') ?? 1, 'randomize.seed'),
    },
    inputRange: (inputRange ?? null) && { from: range('from'), to: range('to') },
  };
}

/**
 * A word, or one for each of several outputs by their names, as the core takes them.
 * @param {unknown} value
 */
function readActivation(value) {
  if (value === null || typeof value === 'string') return value;
  const each = typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : [];
  // Lines, since names may have commas in them.
  if (each.length > 0 && each.every(([name, word]) => typeof word === 'string' && !/\n/.test(name)))
    return each.map(([name, word]) => `${name}=${word}`).join('\n');
  throw new RequestError(
    'E_REQUEST',
    `outputActivation must be 'softmax', 'sigmoid' or 'identity', or one of these by the outputs' names, not ${show(value)}`,
  );
}

/**
 * @param {Map<string, any>} own
 * @returns {import('./protocol.js').Target}
 */
function readTarget(own) {
  const nothing = { class: null, against: null, node: null, index: null, channel: null };
  const output = index(own.get('output') ?? 0, 'output');
  const target = own.get('target') ?? 'top';
  const against = own.get('against') ?? null;
  const unit = own.get('unit') ?? null;
  if (unit !== null) {
    if (own.has('target') || own.has('against')) {
      throw new RequestError('E_REQUEST', 'unit goes neither with target nor with against');
    }
    return { ...nothing, output, ...readUnit(unit) };
  }
  if (target === 'top') {
    if (against !== null || output !== 0) {
      throw new RequestError('E_REQUEST', "against and output need a target other than 'top'");
    }
    return { ...nothing, output };
  }
  return {
    ...nothing,
    output,
    class: readClass(target, 'target'),
    against: against === null ? null : readClass(against, 'against'),
  };
}

/**
 * @param {unknown} value a number or a word, which the core looks up
 * @param {string} name
 */
function readClass(value, name) {
  return typeof value === 'string' && value !== '' ? value : index(value, name);
}

/** @param {unknown} unit */
function readUnit(unit) {
  const own = new Map(typeof unit === 'object' && unit ? Object.entries(unit) : []);
  const node = own.get('node');
  const both = own.has('index') === own.has('channel');
  const known = [...own.keys()].every((key) => ['node', 'index', 'channel'].includes(key));
  if (typeof node !== 'string' || both || !known) {
    throw new RequestError('E_REQUEST', 'unit must be { node, index } or { node, channel }');
  }
  return own.has('index')
    ? { node, index: index(own.get('index'), 'unit.index') }
    : { node, channel: index(own.get('channel'), 'unit.channel') };
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {number}
 */
export function index(value, name) {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 31) {
    return value;
  }
  const words = { target: ", 'top', 'yes', 'no' or a label", against: ' or a label' };
  const more = Object.hasOwn(words, name) ? words[/** @type {'target'} */ (name)] : '';
  throw new RequestError(
    'E_REQUEST',
    `${name} must be a whole number from 0${more}, not ${show(value)}`,
  );
}

/**
 * @param {string} key
 * @param {unknown} value
 * @returns {number | string | Float32Array}
 */
export function readParameter(key, value) {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (isNumberArray(value)) {
    const values = Float32Array.from(value);
    if (values.every(Number.isFinite)) return values;
  }
  throw new RequestError(
    'E_REQUEST',
    `'${key}' must be a finite number, a word or an array of finite numbers, not ${show(value)}`,
  );
}

/** @param {unknown} value */
export function show(value) {
  if (typeof value === 'string') return `'${value.slice(0, 40)}'`;
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
