// Makes www/digits/aopc.json, the figure "over many digits" of the digits page, with the command line:
//   node scripts/aopc.mjs ../shared/data/mnist [examples]
// Pixel flipping over MNIST test digits; the predicted class, most relevant first, blank = 0.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder = '../shared/data/mnist', examples = '500'] = process.argv.slice(2);
const STEPS = 100;
const MODELS = [
  { id: 'cnn', title: 'Convolutional', lrp: 'lrp:composite=gamma' },
  { id: 'mlp', title: 'Fully connected', lrp: 'lrp:composite=epsilon' },
];
const RANKINGS = ['saliency', 'gradient-x-input', 'integrated-gradients', 'segmentation', 'random'];

const models = MODELS.map(({ id, title, lrp }) => {
  const { aopc } = JSON.parse(
    execFileSync(
      'cargo',
      [
        ...['run', '--release', '--quiet', '--', 'evaluate', `www/models/digits-${id}.onnx`],
        ...['--images', join(folder, 't10k-images-idx3-ubyte.gz')],
        ...['--labels', join(folder, 't10k-labels-idx1-ubyte.gz')],
        ...['--limit', examples, '--steps', String(STEPS), '--json'],
        ...['--aopc', [lrp, ...RANKINGS].join(',')],
      ],
      { encoding: 'utf8', maxBuffer: 2 ** 26 },
    ),
  );
  const round = (value) => Number(value.toPrecision(5));
  const curves = aopc.map(({ ranking, logit, curve }) => ({
    method: ranking.split(':')[0],
    ranking,
    aopc: { mean: round(logit.mean), standardError: round(logit.standardError) },
    curve: curve.logit.map(round),
  }));
  return { model: id, title, curves };
});
const figure = { examples: Number(examples), steps: STEPS, models };
writeFileSync('www/digits/aopc.json', `${JSON.stringify(figure)}\n`);
for (const { title, curves } of models)
  for (const { ranking, aopc } of curves)
    console.log(`${title}: ${ranking} ${aopc.mean} ± ${aopc.standardError}`);
