// Two workers beside one, through the package as pages use it: how much sooner long explanations end,
// and how soon a cancelled one leaves the workers to the next call.
import { median } from './compare.mjs';
import { TARGET } from './workloads.mjs';

const system = 'heatlens-package';
const CANCELS = 5;

/**
 * Milliseconds of each task in Node and in the page, with one worker and with two; both must give the
 * same numbers. `cancel` is from the abort until the answer of the next call.
 */
export async function workers(runners, network, rounds) {
  const found = [];
  for (const runner of runners.filter(({ systems }) => systems.includes(system))) {
    const ask = (action, more) => runner.handle({ action, system, ...more });
    for (const task of ['sis', 'shap']) {
      const entry = { environment: runner.name, network, task };
      let first;
      for (const workers of [1, 2]) {
        await ask('open', { network, task, batch: 1, target: TARGET, workers });
        // Starts the workers, too.
        const output = await ask('output');
        first ??= output;
        if (!output.every((value, i) => value === first[i])) {
          throw new Error(`${task} in ${runner.name}: ${workers} workers give other numbers`);
        }
        const times = [];
        for (let k = 0; k < rounds; k++) times.push(...(await ask('time', { milliseconds: 0 })));
        entry[workers] = { median: median(times), minimum: Math.min(...times) };
        const cancels = [];
        for (let k = 0; k < CANCELS; k++) cancels.push(await ask('cancel'));
        entry.cancel = { median: median(cancels), maximum: Math.max(...cancels) };
        await ask('close');
      }
      found.push(entry);
    }
  }
  return found;
}
