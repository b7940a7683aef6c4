// What of a text stays when it is edited: its words keep their colours, and what was struck out stays struck out.

/** How many code units two texts have in common at the front and, behind that, at the back. */
export function common(before, after) {
  const most = Math.min(before.length, after.length);
  let front = 0;
  while (front < most && before[front] === after[front]) front += 1;
  let back = 0;
  while (back < most - front && before.at(-1 - back) === after.at(-1 - back)) back += 1;
  return { front, back };
}

/**
 * The words of a text that an edit left alone, in the edited text: begin and end of each, and its number before.
 * @param {{text: string, spans: ArrayLike<number>}} before @param {string} text
 */
export function untouched(before, text) {
  const { front, back } = common(before.text, text);
  const shift = text.length - before.text.length;
  /** @type {number[]} */
  const spans = [];
  /** @type {number[]} */
  const from = [];
  for (let word = 0; 2 * word < before.spans.length; word += 1) {
    const [start, end] = [before.spans[2 * word], before.spans[2 * word + 1]];
    const move = end <= front ? 0 : start >= before.text.length - back ? shift : null;
    if (move === null) continue;
    spans.push(start + move, end + move);
    from.push(word);
  }
  return { spans, from };
}

/**
 * For each word of a text its number before the edit, -1 for those that it brought or changed.
 * @param {{text: string, spans: ArrayLike<number>}|null} before
 * @param {{text: string, spans: ArrayLike<number>}} after
 */
export function carried(before, after) {
  const places = new Map();
  if (before) {
    const { spans, from } = untouched(before, after.text);
    from.forEach((word, k) => places.set(`${spans[2 * k]} ${spans[2 * k + 1]}`, word));
  }
  const place = (word) => places.get(`${after.spans[2 * word]} ${after.spans[2 * word + 1]}`) ?? -1;
  return Array.from({ length: after.spans.length / 2 }, (_, word) => place(word));
}
