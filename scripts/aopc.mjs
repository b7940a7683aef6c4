// Makes www/digits/aopc.json, the figure "over many digits" of the digits page:
//   node scripts/aopc.mjs [examples] [folder of the data set]
// Pixel flipping over MNIST test digits; the predicted class, most relevant first, blank = 0.
import { DATA, writeJson } from './figures/common.mjs';
import { FILE, figure } from './figures/aopc.mjs';

const [examples = '500', folder = `${DATA}/mnist`] = process.argv.slice(2);
const made = await figure(folder, Number(examples));
await writeJson(FILE, made);
for (const { title, curves } of made.models)
  for (const { ranking, aopc, minusRandom } of curves) {
    const range = `${minusRandom.low} to ${minusRandom.high}`;
    console.log(`${title}: ${ranking} ${aopc.mean} ± ${aopc.standardError}; minus random ${range}`);
  }
