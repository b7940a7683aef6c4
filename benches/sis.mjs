// Exact sufficient input subsets: backward selection over all 784 pixels of mnist-cnn, checked against
// the plain reference where that is affordable.
import { median } from './compare.mjs';
import { network, random } from './networks.mjs';
import { reference } from './reference.mjs';
import { TARGET } from './workloads.mjs';

/** Forward passes that the plain algorithm needs for d features. */
export const evaluations = (features) => (features * (features + 1)) / 2;

const LAST_STEPS = 6;
const SAMPLED_STEPS = 5;
const SAMPLED_CANDIDATES = 3;
const ROUNDING = 2e-6;

/** The probability of the target with these features set to zero, in f64. */
function probability(net, masked) {
  const x = net.input(1);
  for (const feature of masked) x[feature] = 0;
  const logits = reference(net, 'forward', x, TARGET);
  const top = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - top));
  return powers[TARGET] / powers.reduce((sum, power) => sum + power);
}

/**
 * Throws unless the trace (order, then score after each step) is one the plain algorithm may have made:
 * scores are right, and no other candidate would have been better by more than rounding.
 */
function check(name, trace) {
  const net = network(name);
  const count = net.inputLength;
  const order = trace.slice(0, count);
  const scores = trace.slice(count);
  if (new Set(order).size !== count || scores.length !== count) throw new Error('no permutation');
  const next = random(5);
  const sampled = Array.from({ length: SAMPLED_STEPS }, () => Math.floor(next() * count));
  const last = Array.from({ length: LAST_STEPS }, (_, k) => count - 1 - k);
  for (const step of [...sampled, ...last]) {
    const masked = order.slice(0, step);
    const free = order.slice(step + 1);
    const score = probability(net, [...masked, order[step]]);
    if (!(Math.abs(score - scores[step]) < ROUNDING)) {
      throw new Error(`step ${step}: the score is ${scores[step]}, should be ${score}`);
    }
    const others = last.includes(step)
      ? free
      : Array.from({ length: SAMPLED_CANDIDATES }, () => free[Math.floor(next() * free.length)]);
    for (const other of others) {
      const rival = probability(net, [...masked, other]);
      if (!(rival <= score + ROUNDING)) {
        throw new Error(
          `step ${step}: ${other} would leave ${rival}, ${order[step]} leaves ${score}`,
        );
      }
    }
  }
}

/** Seconds of a full backward selection in each runner; all must take the very same steps. */
export async function selections(runners, name, rounds) {
  const system = 'heatlens';
  const found = [];
  let first;
  for (const runner of runners.filter(({ systems }) => systems.includes(system))) {
    const workload = { network: name, task: 'sis', batch: 1, target: TARGET };
    const files = runner.files?.(workload);
    await runner.handle({ ...workload, system, files, action: 'open' });
    const trace = await runner.handle({ system, action: 'output' });
    if (!first) check(name, trace);
    first ??= trace;
    if (!trace.every((value, i) => value === first[i])) {
      throw new Error(`${runner.name} selects otherwise than ${runners[0].name}`);
    }
    const times = [];
    for (let round = 0; round < rounds; round++) {
      times.push(...(await runner.handle({ system, action: 'time', milliseconds: 0 })));
    }
    await runner.handle({ system, action: 'close' });
    const seconds = { median: median(times) / 1e3, minimum: Math.min(...times) / 1e3 };
    found.push({ environment: runner.name, network: name, ...seconds });
  }
  return found;
}
