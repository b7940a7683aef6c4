// Two maps that know nothing of the network: whatever an explanation shows, it has to show more than these.

const entry = (name, title, summary) => ({
  name,
  title,
  summary,
  sums: 'nothing in particular',
  source: 'control',
  signed: false,
  classSpecific: false,
  inputDependent: false,
  needs: [],
  contrast: 'none',
  sampled: false,
  quick: true,
  params: [],
});

export const CONTROLS = [
  entry('random', 'Random', 'Chance: every pixel gets a number at random. No network was asked.'),
  entry(
    'segmentation',
    'Segmentation',
    'The ink itself: where the digit is, not what speaks for it. No network was asked.',
  ),
];

/** Repeatable numbers from 0 to 1 (mulberry32). */
export function noise(count, seed) {
  let a = seed;
  return Float32Array.from({ length: count }, () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  });
}

/**
 * A control's map, in the shape of an explanation.
 * @param {string} name @param {import('./subject.js').Subject} subject
 * @returns {import('../shared/card.js').Shown}
 */
export function control(name, subject) {
  const explained = subject.explained ?? 0;
  const relevance = name === 'random' ? noise(subject.pixels.length, 1) : subject.pixels.slice();
  return {
    method: name,
    parameters: {},
    target: explained,
    against: null,
    score: subject.answer?.logits[explained] ?? NaN,
    shape: [subject.side, subject.side],
    relevance,
    sum: relevance.reduce((sum, value) => sum + value, 0),
    expected: null,
    signed: false,
    layers: [],
    sis: null,
    extra: {},
  };
}
