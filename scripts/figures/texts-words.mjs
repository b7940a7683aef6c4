// The tables and sentences that docs/texts.json gives: nothing in them is typed by hand.

import { grouped } from '../../www/kit/page/numbers.js';

const NAMES = {
  lrp: 'LRP, ε',
  'gradient-x-input': 'gradient × input',
  saliency: 'saliency',
  occlusion: 'occlusion',
  'integrated-gradients': 'integrated gradients',
  sis: 'order of backward selection (SIS)',
  random: 'random',
};
/** An independent replication of Arras et al. 2017 with headers removed. */
const PUBLISHED = { linear: '79.43 %', cnn: '76 % (fixed word2vec)' };

const name = ({ ranking }) => NAMES[ranking.split(':')[0]];
const of = (list, wanted) => list.find(({ ranking }) => ranking.split(':')[0] === wanted);
const plusMinus = ({ mean, standardError }, digits = 3) =>
  `${mean.toFixed(digits)} ± ${standardError.toFixed(digits)}`;
const percent = (share, digits = 1) => (100 * share).toFixed(digits);
const shares = ({ mean, standardError }) => `${percent(mean)} ± ${percent(standardError)} %`;
const signed = (share) => `${share < 0 ? '−' : '+'}${percent(Math.abs(share))}`;
const listed = (words) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
const ratio = ({ traces: { relevance, words } }) => (relevance.mean / words.mean).toFixed(2);

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

export const accuracy = ({ models }) =>
  table(
    ['model', 'test accuracy', 'published'],
    Object.entries(models).map(([id, { title, correct, examples }]) => [
      title,
      `${percent(correct / examples, 2)} % (${grouped(correct)} of ${grouped(examples)})`,
      PUBLISHED[id],
    ]),
  );

const deletionTable = (title, { deletion }) =>
  table(
    [`ranking, ${title}`, 'accuracy', 'probability'],
    deletion.map((each) => [name(each), plusMinus(each.accuracy), plusMinus(each.probability)]),
  );

/** Which rankings share LRP's numbers, to the last digit shown. */
const same = ({ deletion }) => {
  const lrp = of(deletion, 'lrp');
  return deletion.filter(
    (each) =>
      each !== lrp &&
      plusMinus(each.accuracy) === plusMinus(lrp.accuracy) &&
      plusMinus(each.probability) === plusMinus(lrp.probability),
  );
};

const chance = ({ deletion }) => {
  const [lrp, random] = [of(deletion, 'lrp'), of(deletion, 'random')];
  const worst = deletion.every(
    (each) => each === random || each.accuracy.mean < random.accuracy.mean,
  );
  return `Random is ${worst ? 'the worst' : 'not the worst'}: after ten deletions it still leaves ${percent(random.rightAfterTen)} % of the documents right, of ${percent(random.rightAtFirst)} % at first, where LRP leaves ${percent(lrp.rightAfterTen)} %.`;
};

/** How many documents have a word that the model knows. */
const counted = ({ documents }, sample) =>
  `Measured on ${documents} of the ${sample} documents${documents < sample ? `: of ${sample - documents} the model knows no word` : ''}.`;

/** Two rankings by probability, in words: lower is better. */
const against = ({ probability: own }, { probability: lrp }) => {
  const apart = own.mean - lrp.mean;
  const error = Math.hypot(own.standardError, lrp.standardError);
  const numbers = `${plusMinus(own)} by probability, where LRP has ${plusMinus(lrp)}`;
  if (Math.abs(apart) < error)
    return `${numbers}, less than a standard error of the difference apart`;
  return `${numbers}, which is ${apart < 0 ? 'better' : 'worse'}`;
};

export function linear({ models, sample }) {
  const { linear: model } = models;
  const shared = same(model).map(name);
  return [
    deletionTable('linear model', model),
    '',
    `${counted(model, sample)} ${chance(model)} For a linear model LRP, gradient × input and integrated gradients from the empty text are the same numbers, w·x; measured, ${listed(shared)} ${shared.length === 1 ? 'shares' : 'share'} LRP's line to the last digit. Occlusion reads the text without the word and so sees, too, that the others weigh more then: ${against(of(model.deletion, 'occlusion'), of(model.deletion, 'lrp'))}.`,
  ].join('\n');
}

export function convolutional({ models, sample }) {
  const { cnn: model } = models;
  const shared = same(model).map(name);
  const ranked = [...model.deletion].sort((a, b) => a.probability.mean - b.probability.mean);
  const [first, second] = ranked;
  const apart = second.probability.mean - first.probability.mean;
  const error = first.probability.standardError;
  const apartWords =
    apart < error
      ? 'within a standard error of each other'
      : `${(apart / error).toFixed(1)} standard errors apart`;
  const line =
    shared.length > 0
      ? `${listed(shared)} ${shared.length === 1 ? 'shares' : 'share'} LRP's line`
      : "no other ranking shares LRP's line";
  const why = shared.includes(name(of(model.deletion, 'gradient-x-input')))
    ? ', since LRP with ε throughout is gradient × input in a network that is piecewise linear'
    : '';
  const occlusion = of(model.deletion, 'occlusion');
  const place = ranked.findIndex(({ ranking }) => ranking === occlusion.ranking);
  const behind =
    place > 1
      ? ` Occlusion (${plusMinus(occlusion.probability)}) is behind them: where several words say the same, striking out one of them changes little.`
      : '';
  return [
    'The same for the convolutional model, without backward selection:',
    '',
    deletionTable('convolutional model', model),
    '',
    `By probability the best are ${name(first)} and ${name(second)}, ${apartWords}; ${line}${why}.${behind} ${counted(model, sample)} ${chance(model)}`,
  ].join('\n');
}

export function selection({ selection: { documents, deletion } }) {
  const both = (wanted) => {
    const each = of(deletion, wanted);
    return `${plusMinus(each.accuracy)} by accuracy and ${plusMinus(each.probability)} by probability`;
  };
  return `Backward selection, whose cost grows with the square of the number of words, was measured on ${documents} documents only (\`--sample 60\`): its order has ${both('sis')}, where on the same documents LRP has ${both('lrp')}, and random ${both('random')}.`;
}

/** What the paired difference between the models says. */
export function verdict({ difference: { documents, mean, low, high } }) {
  const interval = `document by document ${signed(mean)} points, 95 % interval ${signed(low)} to ${signed(high)}, ${documents} documents`;
  if (low <= 0 && high >= 0)
    return `Whether the convolutional network gives them more of its relevance than the linear one, these documents do not settle: ${interval}.`;
  return `The convolutional network gives them ${mean > 0 ? 'more' : 'less'} of its relevance than the linear one: ${interval}.`;
}

/** Whether both models give such lines more than their share of the words. */
export function lean({ models }) {
  const over = Object.values(models).map(
    ({ traces: { over: each } }) => each.mean - 1.96 * each.standardError,
  );
  if (over.every((low) => low > 0))
    return 'Both give them more weight than their share of the words.';
  if (over.every((low) => low <= 0))
    return 'That either gives them more weight than their share of the words is not shown.';
  return `Only the ${over[0] > 0 ? 'linear' : 'convolutional'} one is shown to give them more weight than their share of the words.`;
}

export function traces(figure) {
  const { models } = figure;
  const [a, b] = Object.values(models).map(({ correct, examples }) => correct / examples);
  return [
    `Is the generalisation error all we need? The two models differ by ${percent(a - b)} points. For each of the ${figure.sample} documents: the share of the absolute relevance (LRP, the predicted`,
    'class) that stands in lines that attribute a quote and in signatures, i.e. on traces of who writes, beside the share of the known words that',
    'does. `src/cli/documents.rs` states the rule.',
    '',
    table(
      ['model', 'known words in such lines', 'relevance in such lines', 'ratio of the means'],
      Object.values(models).map((model) => [
        model.title,
        shares(model.traces.words),
        shares(model.traces.relevance),
        ratio(model),
      ]),
    ),
    '',
    `(${models.linear.documents} documents for the linear, ${models.cnn.documents} for the convolutional model, which know a word of them.) ${lean(figure)} ${verdict(figure)}`,
  ].join('\n');
}

/** How all of it was made. */
export function made({ command, data, models, sample, steps }) {
  const files = Object.values(models).map(({ file, hash }) => `\`${file}\` (${hash})`);
  return `Made by \`${command}\` with ${listed(files)}: accuracy on ${grouped(models.linear.examples)} and word deletion, ${steps} words each, on ${sample} documents (${data}); the numbers are in [texts.json](texts.json).`;
}

/** The words that speak for each of three classes, in one document. */
export function paragraph({ paragraph: { document, ...told } }) {
  const words = (id, k) => told[id][k].words.map(([word]) => word).join(', ') || 'none';
  return [
    `Test document \`${document}\`, on motion sickness, without its attribution line and signature, explained by LRP for three classes: the words with the largest relevance, the largest first.`,
    '',
    table(
      ['class', 'linear, tf-idf', 'convolutional'],
      told.linear.map(({ target }, k) => [target, words('linear', k), words('cnn', k)]),
    ),
  ].join('\n');
}

// ---- the page for texts

const TITLES = { linear: 'Linear, tf-idf', cnn: 'Convolutional' };

export const pageRows = ({ models }) =>
  Object.entries(models)
    .map(([id, model]) => {
      const cells = [
        `${percent(model.correct / model.examples)} %`,
        shares(model.traces.words),
        shares(model.traces.relevance),
        ratio(model),
      ].map((text) => `<td class="number">${text}</td>`);
      return `<tr><th scope="row">${TITLES[id]}</th>${cells.join('')}</tr>`;
    })
    .join('\n');

const rates = ({ models }) =>
  listed(Object.values(models).map(({ correct, examples }) => `${percent(correct / examples)} %`));

export const pageText = (figure) =>
  `<p class="note">On ${grouped(figure.models.linear.examples)} posts that neither has seen the two networks are right in ${rates(figure)} of cases. That does not make their reasons the same. Some posts quote who wrote what, and end in a signature: names, employers, mottoes. Such lines say who writes, not what about. A network that leans on them is right for a reason that ends with the group’s regulars. ${lean(figure)} ${verdict(figure)}</p>`;

export function pageNote({ command, sample, models }) {
  const files = Object.values(models).map(({ hash }) => hash);
  return `<p class="fine">Mean over ${models.linear.documents} and ${models.cnn.documents} of ${sample} test posts, those of which a network knows a word, of the share of |R| by LRP for the predicted class, ± standard error; the ratio is that of the two means. <code>${command}</code> measures it and writes it here; networks ${files.join(' and ')}.</p>`;
}
