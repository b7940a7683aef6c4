// Colour maps from -1 (against) over 0 (neutral) to +1 (for). Both arms have the same lightness at the same
// distance from zero: neither side shouts. Colours are computed in OKLCH.

const clamp01 = (v) => Math.min(1, Math.max(0, v));
const gamma = (v) => (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055);

function oklch(lightness, chroma, hue) {
  const angle = (hue * Math.PI) / 180;
  const [a, b] = [chroma * Math.cos(angle), chroma * Math.sin(angle)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((v) => Math.round(255 * gamma(clamp01(v))));
}

/** hue: of both arms; chroma: at its strongest; hatched: negative cells also carry a pattern. */
const MAPS = {
  'red-blue': {
    title: 'Red and blue',
    words: ['red', 'blue'],
    hue: [24, 256],
    chroma: [0.2, 0.17],
    hatched: false,
  },
  'orange-blue': {
    title: 'Orange and blue (colour-blind safe)',
    words: ['orange', 'blue'],
    hue: [58, 262],
    chroma: [0.15, 0.17],
    hatched: false,
  },
  grey: {
    title: 'Grey, against hatched',
    words: ['plain grey', 'hatched grey'],
    hue: [0, 0],
    chroma: [0, 0],
    hatched: true,
  },
};

export const MAP_NAMES = Object.keys(MAPS);

// Lightness at zero and at full colour. 'night' is for what lies on a dark page itself: zero is the page.
const LIGHTNESS = { light: [0.985, 0.36], dark: [0.9, 0.36], night: [0.22, 0.56] };
const STEPS = 256;
const tables = new Map();

/** The colour at `t`, 0 to 1, of an arm. */
function color(t, hue, chroma, [zero, full]) {
  const lightness = zero + (full - zero) * t ** 0.95;
  const strength =
    Math.sin(Math.PI * 0.5 * Math.min(1, t * 1.35)) * (1 - (0.3 * Math.max(0, t - 0.7)) / 0.3);
  return oklch(lightness, chroma * strength, hue);
}

/**
 * @typedef {{ title: string, words: string[], hatched: boolean, at: (t: number) => number[] }} ColorMap `at` takes -1..1
 *   (clamped; NaN is neutral)
 */

/** @param {string} name @param {string} [theme] @returns {ColorMap} */
export function colorMap(name, theme = 'light') {
  const key = `${name}/${theme}`;
  if (!tables.has(key)) {
    const { title, words, hue, chroma, hatched } =
      MAPS[Object.hasOwn(MAPS, name) ? name : 'red-blue'];
    const lightness = LIGHTNESS[theme] ?? LIGHTNESS.light;
    // Computed as they are asked for: few maps are drawn, and most of their cells near zero.
    const arms = hue.map((angle, k) => ({ angle, chroma: chroma[k], steps: new Array(STEPS) }));
    const at = (t) => {
      const step = Math.round(Math.min(1, Math.abs(t) || 0) * (STEPS - 1));
      const { angle, chroma, steps } = arms[t < 0 ? 1 : 0];
      return (steps[step] ??= color(step / (STEPS - 1), angle, chroma, lightness));
    };
    tables.set(key, { title, words, hatched, at });
  }
  return tables.get(key);
}

export const css = ([r, g, b]) => `rgb(${r} ${g} ${b})`;
