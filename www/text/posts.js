// What 95 of 100 test posts reach, by network: written by `node scripts/posts.mjs`.

/**
 * @type {Record<string, { hash: string, posts: number, words: number, share: number, logit: number, missed: number,
 *   unsure: number }>} `words` that the network knows, their `share` of all, the largest `logit`; the share of posts that `missed`
 *   one of them; the share of those with a first class below one half (`unsure`) that it had right
 */
// figures
export const POSTS = {
  linear: {
    hash: '8c493f3ee86eafa4',
    posts: 1507,
    words: 32,
    share: 0.8727,
    logit: -2.532,
    missed: 0.1314,
    unsure: 0.4375,
  },
  cnn: {
    hash: 'dd8b29ac7dd9d860',
    posts: 1507,
    words: 31,
    share: 0.8462,
    logit: 1.798,
    missed: 0.1254,
    unsure: 0.375,
  },
};
// end of figures
