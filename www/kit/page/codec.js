// A page's state as the address after '#', field by field: a domain lists its fields, with their defaults. Whoever wrote a link is
// not trusted: unknown keys are skipped, numbers must be finite and in range, words of known shape; nothing here throws or fetches.

import { NORMALISATIONS, PALETTES } from '../color/palettes.js';

/** Longest address part that is written or read: what chats and mail programs still take for one link. */
export const MAX_LENGTH = 8192;
const MAX_PARAMETERS = 64;

const WORD = /^[a-z][a-z0-9-]{0,31}$/;
const NUMBER = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,2})?$/i;
const INDEX = /^\d{1,9}$/;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/**
 * One part of a state: how it is written, as pairs of key and text, and read again; undefined: nothing usable.
 * @typedef {{ name: string, always: boolean, write: (value: any, state: any) => [string, string][],
 *   read: (pairs: Map<string, string>) => any }} Field
 */

/**
 * A field under one key. `write` gives null for what no link holds, `read` undefined for what it cannot use. What equals the
 * default is left out, unless it is `always` written.
 * @param {string} key @param {string} name of the state's property
 * @param {{ write: (value: any, state: any) => string | null, read: (text: string) => any, always?: boolean }} how
 * @returns {Field}
 */
export function field(key, name, { write, read, always = false }) {
  return {
    name,
    always,
    write: (value, state) => {
      const text = value === null || value === undefined ? null : write(value, state);
      return text === null ? [] : [[key, text]];
    },
    read: (pairs) => {
      const text = pairs.get(key);
      return text === undefined ? undefined : (read(text) ?? undefined);
    },
  };
}

/** One of some words. @param {string} key @param {string} name @param {string[]} words */
export const choice = (key, name, words, always = false) =>
  field(key, name, {
    write: (value) => (words.includes(value) ? value : null),
    read: (text) => (words.includes(text) ? text : undefined),
    always,
  });

export const normalisation = (key = 'n', name = 'normalisation', always = false) =>
  choice(key, name, Object.keys(NORMALISATIONS), always);

export const palette = (key = 'c', name = 'palette', always = false) =>
  choice(key, name, Object.keys(PALETTES), always);

/** A word of small letters, digits and hyphens, such as a method's name; whether there is such a method, the page has to ask. */
export const word = (key, name, always = false) =>
  field(key, name, {
    write: (value) => (WORD.test(value) ? value : null),
    read: (text) => (WORD.test(text) ? text : undefined),
    always,
  });

/** Yes or no. */
export const flag = (key, name, always = false) =>
  field(key, name, {
    write: (value) => (value ? '1' : '0'),
    read: (text) => (text === '1' ? true : text === '0' ? false : undefined),
    always,
  });

/** A whole number from 0 to `most`, such as a class; another value of the state, 'top' or null, is not written. */
export const index = (key, name, most = 9999, always = false) =>
  field(key, name, {
    write: (value) => (Number.isInteger(value) ? String(value) : null),
    read: (text) => (INDEX.test(text) && Number(text) <= most ? Number(text) : undefined),
    always,
  });

const finite = (text) =>
  NUMBER.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined;

/** A number in a range. @param {string} key @param {string} name @param {[number, number]} range */
export const number = (key, name, [low, high], always = false) =>
  field(key, name, {
    write: (value) => (Number.isFinite(value) ? String(value) : null),
    read: (text) => {
      const value = finite(text);
      return value !== undefined && value >= low && value <= high ? value : undefined;
    },
    always,
  });

/** A list of words, as `word` has them, with dots between. */
export const words = (key, name, most = 32) =>
  field(key, name, {
    write: (list) => (list.length > 0 ? list.join('.') : null),
    read: (text) => {
      const list = text.split('.');
      return list.length <= most && list.every((each) => WORD.test(each)) ? list : undefined;
    },
  });

/**
 * A list of whole numbers, such as the places of words; with `holes` some may be null.
 * @param {string} key @param {string} name @param {{ most?: number, count?: number, holes?: boolean }} [how] `count`: just so many
 */
export const indices = (key, name, { most = MAX_LENGTH, count = 0, holes = false } = {}) => {
  const usable = (text) => INDEX.test(text) || (holes && text === '');
  return field(key, name, {
    write: (list) => (list.length > 0 ? Array.from(list, (each) => each ?? '').join('.') : null),
    read: (text) => {
      const list = text.split('.');
      const isRight = count ? list.length === count : list.length <= most;
      if (!isRight || !list.every(usable)) return undefined;
      return list.map((each) => (each === '' ? null : Number(each)));
    },
  });
};

/** Text as it is, percent-encoded; what chats cut off the end of a link is encoded, too. */
export const text = (key, name, always = false) =>
  field(key, name, {
    write: encodeText,
    read: (value) => {
      try {
        return decodeURIComponent(value.replaceAll('+', ' '));
      } catch {
        return undefined; // a stray percent sign
      }
    },
    always,
  });

function encodeText(value) {
  // Half of a surrogate pair has no encoding.
  const whole = value.replace(/\p{Surrogate}/gu, '\ufffd');
  const code = (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(whole)
    .replace(/[!'()*~]|\.$/g, code)
    .replaceAll('%20', '+');
}

/** Bytes; with `length` just so many. */
export const bytes = (key, name, length = 0) =>
  field(key, name, {
    write: toText,
    read: (value) => {
      const list = toBytes(value);
      return list && (length === 0 || list.length === length) ? Uint8Array.from(list) : undefined;
    },
  });

/**
 * Numbers and words by `method.name`, each under a key of its own: a Map. They still have to be checked against the catalogue.
 * @param {string} key in front of the first dot @param {string} name
 * @returns {Field}
 */
export function parameters(key = 'p', name = 'params') {
  const start = `${key}.`;
  return {
    name,
    always: false,
    write: (map) => [...map].map(([which, value]) => [start + which, String(value)]),
    read: (pairs) => {
      const out = new Map();
      for (const [which, value] of pairs) {
        if (!which.startsWith(start) || out.size >= MAX_PARAMETERS) continue;
        const parts = which.slice(start.length).split('.');
        if (parts.length !== 2 || !parts.every((part) => WORD.test(part))) continue;
        const found = finite(value) ?? (WORD.test(value) ? value : undefined);
        if (found !== undefined) out.set(parts.join('.'), found);
      }
      return out.size > 0 ? out : undefined;
    },
  };
}

/** Bytes as text of the URL-safe base 64 alphabet, no padding. @param {ArrayLike<number>} list */
export function toText(list) {
  let out = '';
  for (let i = 0; i < list.length; i += 3) {
    const group = (list[i] << 16) | ((list[i + 1] ?? 0) << 8) | (list[i + 2] ?? 0);
    const digits = Math.min(4, list.length - i + 1);
    for (let k = 0; k < digits; k += 1) out += ALPHABET[(group >> (18 - 6 * k)) & 63];
  }
  return out;
}

/** The bytes of such a text, or null. @param {string} value */
export function toBytes(value) {
  const list = [];
  let [group, bits] = [0, 0];
  for (const letter of value) {
    const digit = ALPHABET.indexOf(letter);
    if (digit < 0) return null;
    group = ((group << 6) | digit) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      list.push((group >> bits) & 255);
    }
  }
  return list;
}

export class Codec {
  /**
   * @param {{ fields: Field[], defaults: Record<string, any>, version?: string, maxLength?: number }} how the fields in the order
   *   in which they are written, and what each is that a link leaves out
   */
  constructor({ fields, defaults, version = '1', maxLength = MAX_LENGTH }) {
    this.fields = fields;
    this.defaults = defaults;
    this.version = version;
    this.maxLength = maxLength;
  }

  /** The address part of a state, however long. */
  whole(state) {
    const parts = [`v=${this.version}`];
    for (const { name, always, write } of this.fields) {
      const join = (values) => write(values[name], values).map((pair) => pair.join('='));
      const [own, usual] = [join(state), always ? [] : join(this.defaults)];
      if (own.join('&') !== usual.join('&')) parts.push(...own);
    }
    return `#${parts.join('&')}`;
  }

  /** Whether no address can hold the state. */
  isTooLong(state) {
    return this.whole(state).length > this.maxLength;
  }

  /** @returns {string} the address part, '#' included; of a state that is too long the version alone */
  encode(state) {
    const whole = this.whole(state);
    return whole.length > this.maxLength ? `#v=${this.version}` : whole;
  }

  /**
   * The part of a state that an address names; an empty object for anything unusable. Never throws.
   * @param {unknown} hash @param {number} [maxLength] @returns {Record<string, any>}
   */
  decode(hash, maxLength = this.maxLength) {
    /** @type {Record<string, any>} */
    const out = {};
    if (typeof hash !== 'string' || hash.length > maxLength) return out;
    const pairs = new Map();
    for (const part of hash.replace(/^#/, '').split('&')) {
      const cut = part.indexOf('=');
      if (cut > 0) pairs.set(part.slice(0, cut), part.slice(cut + 1));
    }
    if (pairs.get('v') !== this.version) return out;
    for (const { name, read } of this.fields) {
      const value = read(pairs);
      if (value !== undefined) out[name] = value;
    }
    return out;
  }

  /** A whole state: what a link leaves out has its usual value. @param {Record<string, any>} [part] @returns {any} */
  complete(part = {}) {
    return { ...structuredClone(this.defaults), ...part };
  }
}
