// What an answer is worth: how good the network is, and what of the molecule its training never saw.

import { measured } from './measured.js';

/** Decimal places that a quality is told with. */
const told = (text, places) => Number(text).toFixed(places);

/**
 * Sentences from what the network's file says of itself.
 * @param {'ames'|'esol'} model @param {Record<string, string>} metadata @param {string[]} symbols of the molecule
 * @param {string|null} example its name, if it is one of the page's examples
 */
export function worth(model, metadata, symbols, example) {
  const found = example ? [measured(example, model)].filter(Boolean) : [];
  const {
    'heatlens.auc': auc,
    'heatlens.auc-scaffolds': scaffolds,
    'heatlens.rmse': rmse,
  } = metadata;
  if (model === 'ames' && auc) {
    const apart = scaffolds
      ? `, ${told(scaffolds, 2)} on scaffolds that training did not have`
      : '';
    found.push(
      `ROC AUC ${told(auc, 2)} on molecules held out${apart} (1 is perfect, 0.5 is chance).`,
    );
  }
  if (model === 'esol' && rmse)
    found.push(`Off by ${told(rmse, 2)} in log S on molecules held out (root mean square).`);
  const seen = new Set((metadata['heatlens.elements'] ?? '').split(' '));
  const strange = [...new Set(symbols)].filter((symbol) => seen.size > 1 && !seen.has(symbol));
  if (strange.length > 0)
    found.push(`Training never saw ${strange.join(', ')}: to the network it is “another element”.`);
  return found.join(' ');
}
