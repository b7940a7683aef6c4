// Words as a reader counts them: each once, however often it occurs.

const shown = ({ text, spans }, word) => text.slice(spans[2 * word], spans[2 * word + 1]);

/**
 * The occurrences of each word, by first occurrence.
 * @param {number[]} words numbers of tokens @param {ArrayLike<number>} forms what each token is in a vocabulary
 */
export function occurrences(words, forms) {
  const groups = new Map();
  for (const word of words) groups.set(forms[word], [...(groups.get(forms[word]) ?? []), word]);
  return [...groups.values()];
}

/** A word in quotation marks, as it is first written. */
export const quoted = (passage, [first]) => `“${shown(passage, first)}”`;

/** A word, and how often it occurs if more than once. */
export const counted = (passage, group) =>
  shown(passage, group[0]) + (group.length > 1 ? ` ×\u202f${group.length}` : '');

/** What the occurrences of each word add up to. */
export const added = (groups, values) =>
  groups.map((group) => group.reduce((sum, word) => sum + values[word], 0));
