// Palettes: colours from -1 (against) over 0 (neutral) to +1 (for). Both arms have the same lightness at the same
// distance from zero: neither side shouts. The table is that of the program.

import { FAINT, INKS, NOT_FINITE, PALETTES, SETS, STRONG, UNSIGNED } from './palettes.js';

export const PALETTE_NAMES = Object.keys(PALETTES);

const SPACING = 15; // steps from one control point to the next
const LAST = 255; // the step of full colour

/** Codes of numbers: ZERO for none, up to LAST more for what is for, as much less for what is against. */
const ZERO = LAST;
const NONFINITE = 2 * LAST + 1;

const bytes = (hex) => hex.match(/../g).map((byte) => parseInt(byte, 16));

/** The bytes of an arm, as `palettes.js` has it. @param {string} steps */
function arm(steps) {
  const all = bytes(steps.slice(0, 6));
  for (let i = 6; i < steps.length; i += 1) {
    const letter = steps.charCodeAt(i);
    all.push(all[i - 6] + letter - (letter > 92 ? 93 : 91));
  }
  return all;
}

/** As a canvas has it: little-endian, as all computers with browsers are. @param {number[]} color */
export const pixel = ([r, g, b]) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;

/** The ink of a hatch on a colour; it covers three quarters. */
const inkOn = (color, light) => color.map((c) => (c + 3 * INKS[light ? 1 : 0] + 2) >> 2);

/**
 * How cells look, by code. `hatch`: 0 none, 1 rises, -1 falls, 2 both.
 * @typedef {{ colors: Uint32Array, inks: Uint32Array, hatches: Int8Array }} Looks
 */

/** @typedef {{ color: number[], ink?: number[], hatch?: number }} Look */

/** @param {Look[]} looks @returns {Looks} */
export function table(looks) {
  return {
    colors: Uint32Array.from(looks, ({ color }) => pixel(color)),
    inks: Uint32Array.from(looks, ({ color, ink }) => pixel(ink ?? color)),
    hatches: Int8Array.from(looks, ({ hatch }) => hatch ?? 0),
  };
}

const NONFINITE_LOOK = { color: bytes(NOT_FINITE[0]), ink: bytes(NOT_FINITE[1]), hatch: 2 };

export class Palette {
  /** @param {string} name @param {'light'|'dark'|'night'} theme 'night' is for what lies on a dark page itself: zero is the page */
  constructor(name, theme) {
    const { title, words, hatched, [theme]: arms } = PALETTES[name] ?? UNSIGNED;
    this.name = name;
    this.theme = theme;
    this.title = title;
    this.words = words;
    this.hatched = hatched;
    /** Control points of both arms, or of one that is both. */
    this.arms = arms.map(arm);
    /** @type {Looks | null} */
    this.table = null;
  }

  /** The colours of numbers with or without a sign, which speak neither for nor against. @param {boolean} isSigned */
  of(isSigned) {
    return isSigned || this.hatched ? this : made('', this.theme);
  }

  /** The colour at a step of an arm: linear between control points, to the nearest byte. */
  color(against, step) {
    const arm = this.arms.at(against ? -1 : 0);
    const [low, part] = [3 * Math.floor(step / SPACING), step % SPACING];
    const mixed = (c) =>
      arm[low + c] * (SPACING - part) + (part > 0 ? arm[low + 3 + c] * part : 0) + (SPACING >> 1);
    return [0, 1, 2].map((c) => Math.floor(mixed(c) / SPACING));
  }

  /** The look of a code. @returns {{color: number[], ink: number[], hatch: number}} */
  look(code) {
    if (code === NONFINITE) return NONFINITE_LOOK;
    const step = Math.abs(code - ZERO);
    const color = this.color(code < ZERO, step);
    const hatch = this.hatched && code < ZERO && step > FAINT ? 1 : 0;
    return { color, ink: hatch ? inkOn(color, step >= STRONG) : color, hatch };
  }

  /** The look of a number as a share of full colour. */
  lookAt(share) {
    return this.look(code(share, 1));
  }

  /** Its colour. */
  at(share) {
    return this.lookAt(share).color;
  }

  /** The look of a set, which are numbered from 0 on. */
  set(number) {
    const [step, hatch] = SETS[number % SETS.length];
    const color = this.color(false, step);
    return { color, ink: inkOn(color, false), hatch };
  }

  /** All looks, by code. @returns {Looks} */
  looks() {
    return (this.table ??= table(Array.from({ length: NONFINITE + 1 }, (_, i) => this.look(i))));
  }
}

/** The code of a number in a map with this value at full colour. */
export function code(value, vmax) {
  if (!Number.isFinite(value)) return NONFINITE;
  const share = vmax > 0 ? value / vmax : 0;
  const step = Math.floor(Math.min(1, Math.abs(share)) * LAST + 0.5);
  return share < 0 ? ZERO - step : ZERO + step;
}

const palettes = new Map();

/** @param {string} name empty: of numbers without a sign @param {'light'|'dark'|'night'} theme @returns {Palette} */
function made(name, theme) {
  const key = `${name}/${theme}`;
  if (!palettes.has(key)) palettes.set(key, new Palette(name, theme));
  return palettes.get(key);
}

/** @param {string} name @param {'light'|'dark'|'night'} [theme] @returns {Palette} */
export function palette(name, theme = 'light') {
  return made(Object.hasOwn(PALETTES, name) ? name : PALETTE_NAMES[0], theme);
}

/** @param {number[]} color */
export const css = ([r, g, b]) => `rgb(${r} ${g} ${b})`;

/** As SVG has it. @param {number[]} color */
export const hex = (color) => `#${color.map((v) => v.toString(16).padStart(2, '0')).join('')}`;
