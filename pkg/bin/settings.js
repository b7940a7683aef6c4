// Which methods a page shows, with their parameters: --set [METHOD.]KEY=VALUE.

import { readNpy } from './npy.js';
import { refuse } from './refuse.js';

/** @import { MethodEntry, MethodParam, Model } from 'heatlens' */
/** @typedef {{ entry: MethodEntry, options: Record<string, number | string | number[]> }} Setting */

const MOST = 12; // maps of a page

/** A value that replaces others: a number, `mask`, `mean` or `@FILE`. @param {Model} model @param {string} text */
async function fill({ info }, text) {
  const key = { mask: 'heatlens.mask', mean: 'heatlens.mask.mean' }[text];
  const stated = key ? info.metadata[key] : text;
  if (stated === undefined) throw refuse(`'${text}': the model's metadata have no ${key}`);
  const numbers = text.startsWith('@')
    ? Array.from((await readNpy(text.slice(1))).values)
    : stated.trim().split(/\s+/).map(Number);
  if (!numbers.every(Number.isFinite)) throw refuse(`'${text}' is no number, mask, mean or @FILE`);
  return numbers.length === 1 ? numbers[0] : numbers;
}

/** @param {Model} model @param {MethodParam | undefined} param @param {string} text */
async function valueOf(model, param, text) {
  if (param?.kind === 'baseline') return fill(model, text);
  const number = param?.kind === 'number' || param?.kind === 'integer';
  return number && text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}

/**
 * @param {MethodEntry[]} catalogue @param {Model} model @param {string[]} names @param {string[]} sets
 * @returns {Promise<Setting[]>}
 */
export async function settings(catalogue, model, names, sets) {
  if (names.length > MOST) throw refuse(`a page shows at most ${MOST} maps`);
  const chosen = names.map((name, k) => {
    const entry = catalogue.find((each) => each.name === name);
    if (!entry) throw refuse(`there is no method '${name}'; see heatlens methods`);
    if (names.indexOf(name) < k) throw refuse(`'${name}' is given twice`);
    return { entry, options: /** @type {Setting['options']} */ ({}) };
  });
  for (const set of sets) {
    const [, method, key, text] = /^(?:([^=.]*)\.)?([^=]*)=(.*)$/s.exec(set) ?? [];
    if (key === undefined) throw refuse(`'${set}' is not KEY=VALUE`);
    const takers = chosen.filter(({ entry }) =>
      method === undefined ? entry.params.some(({ name }) => name === key) : entry.name === method,
    );
    const all = names.join(', ');
    if (takers.length === 0) {
      throw refuse(
        method === undefined
          ? `'${set}': none of the methods ${all} has a parameter '${key}'`
          : `'${set}': '${method}' is none of the methods ${all}`,
      );
    }
    for (const { entry, options } of takers) {
      if (Object.hasOwn(options, key)) throw refuse(`'${key}' is given twice`);
      options[key] = await valueOf(
        model,
        entry.params.find(({ name }) => name === key),
        text,
      );
    }
  }
  return chosen;
}

/** The given parameters by method; null if there are none. @param {Setting[]} chosen */
export function settingsJson(chosen) {
  const given = chosen.filter(({ options }) => Object.keys(options).length > 0);
  if (given.length === 0) return null;
  return JSON.stringify(
    Object.fromEntries(given.map(({ entry, options }) => [entry.name, options])),
  );
}

/** In words: `composite=gamma, gamma=0.25`. @param {Setting['options']} options */
export const words = (options) =>
  Object.entries(options)
    .map(([key, value]) => `${key}=${Array.isArray(value) ? `${value.length} numbers` : value}`)
    .join(', ');
