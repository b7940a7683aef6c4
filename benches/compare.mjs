// Measures systems side by side: all are checked first, then timed in turn, round after round, so that
// what else happens on the machine hits all alike.
import { network } from './networks.mjs';
import { reference } from './reference.mjs';
import { TARGET, TOLERANCE } from './workloads.mjs';

const references = new Map();

/** The reference of the first and the last example of a batch. */
function expected({ network: name, task, batch }) {
  return [...new Set([0, batch - 1])].map((row) => {
    const key = `${name} ${task} ${row}`;
    if (!references.has(key)) {
      const net = network(name);
      const x = net.input(batch).subarray(row * net.inputLength, (row + 1) * net.inputLength);
      references.set(key, reference(net, task, x, TARGET));
    }
    return { row, values: references.get(key) };
  });
}

/** Largest difference to the reference, as a share of the reference's largest value. */
export function difference(workload, output) {
  let worst = 0;
  for (const { row, values } of expected(workload)) {
    if (output.length !== workload.batch * values.length) {
      throw new Error(`${output.length} values instead of ${workload.batch * values.length}`);
    }
    let top = 0;
    let apart = 0;
    values.forEach((value, i) => {
      top = Math.max(top, Math.abs(value));
      const distance = Math.abs(value - output[row * values.length + i]);
      // Not Math.max: a NaN must not get lost.
      if (!(distance <= apart)) apart = distance;
    });
    const share = apart / top;
    if (!(share <= worst)) worst = share;
  }
  return worst;
}

/**
 * All systems of all runners at one workload. Without `rounds` only the check, which then nobody may
 * fail; else a peer that is off is not timed, and heatlens may not be off.
 * @returns {Promise<{ environment, system, difference, off, median, minimum, samples }[]>}
 */
export async function compare(workload, runners, { rounds = 0, milliseconds = 0, systems } = {}) {
  const entries = [];
  for (const runner of runners) {
    for (const system of runner.systems) {
      if (systems && !systems.includes(system)) continue;
      const request = { ...workload, system, target: TARGET, files: runner.files?.(workload) };
      if (!(await runner.handle({ ...request, action: 'open' }))) continue;
      const entry = { runner, environment: runner.name, system, samples: [] };
      entry.difference = difference(workload, await runner.handle({ action: 'output', system }));
      const allowed = TOLERANCE[workload.task] ?? TOLERANCE.default;
      entry.off = !(entry.difference <= allowed);
      if (entry.off && (!rounds || system.startsWith('heatlens'))) {
        const what = Object.values(workload).join(' ');
        throw new Error(
          `${system} in ${runner.name} is off at ${what}: by ${entry.difference} of the largest ` +
            `value, ${allowed} is allowed`,
        );
      }
      entries.push(entry);
    }
  }
  const ask = ({ runner, system }, action, more) => runner.handle({ action, system, ...more });
  const timed = rounds ? entries.filter(({ off }) => !off) : [];
  for (const entry of timed) await ask(entry, 'warm-up');
  for (let round = 0; round < rounds; round++) {
    for (const entry of timed) {
      entry.samples.push(...(await ask(entry, 'time', { milliseconds })));
    }
  }
  for (const entry of entries) await ask(entry, 'close');
  return entries.map(({ runner, samples, ...entry }) => ({
    ...workload,
    ...entry,
    samples: samples.length,
    median: median(samples),
    minimum: samples.length ? Math.min(...samples) : null,
  }));
}

export function median(values) {
  if (!values.length) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
