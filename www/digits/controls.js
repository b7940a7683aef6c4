// Two maps that know nothing of the network: whatever an explanation shows, it has to show more than these.

import { random } from '../kit/engine/random.js';

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

/** Repeatable numbers from 0 to 1. */
export const noise = (count, seed) => Float32Array.from({ length: count }, random(seed));

/**
 * A control's map, in the shape of an explanation.
 * @param {string} name @param {import('./subject.js').Subject} subject
 * @returns {import('./views/card.js').Shown}
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
