// How numbers look in the picture: by colour, and where the colour map tells signs by hatching, hatched.

const LEAST = 0.04; // of full colour: less is not hatched

/**
 * @param {{at: (t: number) => number[], hatched: boolean}} map
 * @param {number} t -1 (against) to 1 (for)
 * @returns {{colour: number[], strokes: string|null}} strokes: the colour of the hatching, or none
 */
export function mark(map, t) {
  const strokes = t < -0.5 ? 'rgb(255 255 255 / 0.85)' : 'rgb(20 20 20 / 0.7)';
  return { colour: map.at(t), strokes: map.hatched && t < -LEAST ? strokes : null };
}

/** How signs are told apart in lines, in words: positive, negative. */
export const lineWords = ({ words, hatched }) => (hatched ? ['plain', 'dashed'] : words);
