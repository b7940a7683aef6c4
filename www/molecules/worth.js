// Shall one believe an answer? What was measured, how often such answers are right, and in what the molecule is unlike
// those of the training.

/** @import { Structure } from './chemistry.js' */
/** @import { Answer } from './words.js' */

import { percent } from '../kit/page/numbers.js';
import { environments, unpack } from './environments.js';
import { measured, SOURCES } from './measured.js';
import { TRAINING } from './training-set.js';
import { confidence } from './words.js';

/** Decimal places that a quality is told with. */
const told = (value, places = 2) => Number(value).toFixed(places);

const list = (names) =>
  names.length > 4
    ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
    : names.join(', ');

/** Environments of the training by network, unpacked when they are first asked for. @type {Map<string, Set<number>>} */
const known = new Map();

/** How good a network is on these molecules. @param {import('./training-set.js').Quality} quality */
const quality = ({ right, rmse, auc }) =>
  rmse === undefined
    ? `right for ${percent(right)} % (ROC AUC ${told(auc)})`
    : `off by ${told(rmse)} in log S (root mean square)`;

/** How often the network is right. @param {Answer} answer */
function howGood({ model, share, info: { metadata } }) {
  const { heldOut, sure } = TRAINING[model];
  if (share === null || !sure)
    return [`Of ${heldOut.molecules} molecules held out, it is ${quality(heldOut)}.`];
  const step = sure.findLast(({ from }) => confidence({ share }) >= from) ?? sure[0];
  const scaffolds = metadata['heatlens.auc-scaffolds'];
  const apart = scaffolds ? `, ${told(scaffolds)} on scaffolds that training did not have` : '';
  return [
    `Of ${step.molecules} molecules held out for which it was as sure, it is right for ${percent(step.right)} %; of all ${heldOut.molecules}, for ${percent(heldOut.right)} %.`,
    `ROC AUC ${told(heldOut.auc)} on molecules held out${apart} (1 is perfect, 0.5 is chance).`,
  ];
}

/** In what a molecule is unlike those of the training, in words. @param {'ames' | 'esol'} model @param {Structure} structure */
export function unlike(model, structure, elements = '') {
  const { molecules, usual, most, charges, known: usually, unknown } = TRAINING[model];
  const found = [];
  const seen = new Set(elements.split(' '));
  const strange = [...new Set(structure.symbols)].filter((one) => seen.size > 1 && !seen.has(one));
  if (strange.length > 0)
    found.push(`Training never saw ${strange.join(', ')}: to the network it is “another element”.`);
  if (!known.has(model)) known.set(model, unpack(TRAINING[model].environments));
  const fresh = environments(structure.graph)
    .map((each, atom) => (known.get(model)?.has(each) ? '' : structure.names[atom]))
    .filter(Boolean);
  if (fresh.length > 0)
    found.push(
      `In training no such atom has such neighbours: ${list(fresh)}. Where that is so, the network is ${quality(unknown)} on molecules held out; elsewhere ${quality(usually)}.`,
    );
  const { charge } = structure.written;
  if (!charges.includes(charge))
    found.push(
      `No molecule of the training has the charge ${charge > 0 ? '+' : '−'}${Math.abs(charge)}.`,
    );
  if (structure.size > most)
    found.push(`It is larger than all ${molecules} molecules of the training.`);
  else if (structure.size > usual)
    found.push(
      `It is larger than 99 of 100 molecules of the training, which have up to ${usual} atoms without hydrogens.`,
    );
  return found;
}

/**
 * What there is to say of an answer.
 * @param {Answer} answer @param {Structure} structure @param {string | null} example its name, if it is one of the page's examples
 * @param {number} removed atoms that are taken out
 * @returns {{ text: string, source?: { words: string, href: string }, kind: 'measured' | 'quality' | 'unlike' | 'unseen' }[]}
 */
export function worth(answer, structure, example, removed = 0) {
  const { model, info } = answer;
  // Nothing was measured of a molecule without some of its atoms.
  const fact = example && removed === 0 ? measured(example, model) : '';
  const torn =
    removed > 0
      ? ['With atoms taken out it is no molecule, and training had none of its kind.']
      : [];
  const parts = structure.parts();
  const of = (kind) => (text) => ({ text, kind });
  return [
    ...(fact ? [{ text: fact, source: SOURCES[model], kind: 'measured' }] : []),
    ...torn.map(of('unlike')),
    ...unlike(model, structure, info.metadata['heatlens.elements']).map(of('unlike')),
    ...howGood(answer).map(of('quality')),
    ...(parts > 1 ? [`${parts} separate parts; the network sees them as one molecule.`] : []).map(
      of('unseen'),
    ),
    ...structure.ignored.map(of('unseen')),
  ];
}
