// Whether a text is unlike the posts that a network was tested on: three numbers, each beside what 95 of 100 test posts reach. The
// largest logit is the score of Hendrycks et al. 2022 (“Scaling out-of-distribution detection”); a softmax forgets its size.

import { format, grouped, percent } from '../kit/page/numbers.js';
import { MODELS } from './networks.js';
import { POSTS } from './posts.js';

/**
 * What is measured of a text as the network reads it, without the words that are struck out: words that it knows, their share of
 * all words, the largest logit.
 * @param {{ tokenFeatures: ArrayLike<number>, struck: Set<number>, logits: ArrayLike<number> }} reading
 * @param {number} classes
 */
export function measured({ tokenFeatures, struck, logits }, classes) {
  let [all, known] = [0, 0];
  for (let word = 0; word < tokenFeatures.length; word += 1) {
    if (struck.has(word)) continue;
    all += 1;
    if (tokenFeatures[word] >= 0) known += 1;
  }
  const logit = Math.max(...Array.from({ length: classes }, (_, k) => logits[k]));
  return { words: known, share: all > 0 ? known / all : 0, logit };
}

/**
 * What speaks against trusting the answer, as sentences; empty where nothing does.
 * @param {{ tokenFeatures: ArrayLike<number>, struck: Set<number>, logits: ArrayLike<number>, shares: ArrayLike<number>,
 *   hash: string }} reading
 * @param {string} model @param {number} classes
 */
export function doubts(reading, model, classes) {
  const usual = POSTS[model];
  if (!usual || usual.hash !== reading.hash) return '';
  const { words, share, logit } = measured(reading, classes);
  const out = [];
  if (words < usual.words)
    out.push(
      `it has ${words} ${words === 1 ? 'word' : 'words'} that the network knows (${usual.words} or more)`,
    );
  if (share < usual.share)
    out.push(
      `the network knows ${percent(share)} % of its words (${percent(usual.share)} % or more)`,
    );
  if (logit < usual.logit)
    out.push(
      `no class gets more than ${format(logit)} before the softmax (${format(usual.logit)} or more)`,
    );
  const parts = [];
  if (out.length > 0)
    parts.push(
      `Unlike the posts that the network was tested on: ${out.join('; ')}. In brackets: what 95 of 100 test posts have.`,
    );
  const best = Math.max(...Array.from(reading.shares));
  if (best < 0.5)
    parts.push(
      `It is not sure: of the test posts to which it gave its first class less than half, it had ${percent(usual.unsure)} % right.`,
    );
  return parts.join(' ');
}

/** How the page knows, in words. @param {typeof POSTS} [figures] of the test posts */
export function howText(figures = POSTS) {
  const said = Object.entries(MODELS).map(([id, { title }]) => {
    const { words, share, logit, missed } = figures[id];
    return (
      `${title}: ${words} known words, ${percent(share)} % of all words, a largest logit of ${format(logit)}; ` +
      `${percent(missed)} % of the posts miss one of the three`
    );
  });
  const { posts } = figures.linear;
  return (
    `When the page calls a text unlike the posts, it compares three numbers with those that 95 of 100 out of ` +
    `${grouped(posts)} test posts reach. ${said.join('. ')}. A long text about something else in everyday words passes unnoticed.`
  );
}
