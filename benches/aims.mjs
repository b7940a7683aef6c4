// What heatlens aims at, and whether this run reached it. All in Chromium unless it says otherwise; ratios
// are of minima of the same run.
import { evaluations } from './sis.mjs';

const PEERS = ['ort', 'tfjs'];

/** @returns {{ aim: string, measured: number, wanted: string, met: boolean }[]} */
export function aims(result) {
  const { comparisons } = result;
  const find = (environment, system, network, task, batch) => {
    const entry = comparisons.find((c) => {
      const same = c.environment === environment && c.system === system && c.network === network;
      return same && c.task === task && c.batch === batch && !c.off;
    });
    return entry?.minimum;
  };
  const list = [];
  const add = (aim, measured, sign, limit) => {
    if (!Number.isFinite(measured)) return;
    const met = sign === '≥' ? measured >= limit : measured <= limit;
    list.push({ aim, measured, wanted: `${sign} ${limit}`, met });
  };

  for (const [network, batch, limit] of [
    ['mnist-cnn', 1, 1.3],
    ['mnist-cnn', 32, 1.3],
    ['squeezenet', 1, 1.3],
    ['lenet', 1, 2],
  ]) {
    const [ours, peer] = ['heatlens', 'ort'].map((system) => {
      return find('chromium', system, network, 'forward', batch);
    });
    add(`${network} forward, batch ${batch}: onnxruntime-web / heatlens`, peer / ours, '≥', limit);
  }

  const [simd, relaxed] = ['heatlens', 'heatlens-relaxed'].map((system) => {
    return find('chromium', system, 'mnist-cnn', 'forward', 32);
  });
  add('mnist-cnn forward, batch 32: simd128 / relaxed', simd / relaxed, '≥', 1.3);

  for (const network of ['mnist-cnn', 'lenet']) {
    for (const batch of [1, 32]) {
      const time = (system, task) => find('chromium', system, network, task, batch);
      for (const task of ['saliency', 'guided', 'lrp-epsilon']) {
        const peer = Math.min(...PEERS.map((system) => time(system, task) ?? Infinity));
        const aim = `${network} ${task}, batch ${batch}: best peer / heatlens`;
        add(aim, peer / time('heatlens', task), '≥', 2);
      }
      for (const [task, limit] of [
        ['lrp-epsilon', 1.6],
        ['lrp-plus-flat', 1.6],
        ['lrp-alpha2-beta1', 3],
      ]) {
        const share = time('heatlens', task) / time('heatlens', 'saliency');
        add(`${network} ${task}, batch ${batch}: × saliency`, share, '≤', limit);
      }
    }
  }

  const native = (system, task, batch = 1) => find('native', system, 'mnist-cnn', task, batch);
  const selection = result.sis?.find(({ environment }) => environment === 'native')?.minimum;
  const estimate = (native('pytorch', 'forward', 32) / 32 / 1e3) * evaluations(784);
  add('native exact SIS: PyTorch (estimated) / heatlens', estimate / selection, '≥', 100);
  for (const [task, limit] of [
    ['forward', 1],
    ['saliency', 2],
    ['lrp-plus-flat', 3],
  ]) {
    const ratio = native('pytorch', task) / native('heatlens', task);
    add(`native mnist-cnn ${task}, batch 1: PyTorch or zennit / heatlens`, ratio, '≥', limit);
  }

  for (const { environment, task, 1: one, 2: two, cancel } of result.shared ?? []) {
    const what = `${environment} ${task}`;
    add(`${what}: one worker / two`, one.minimum / two.minimum, '≥', 1.7);
    add(`${what}: cancelled and answered again, ms`, cancel.median, '≤', 100);
  }
  const start = (name) => result.startup?.find((page) => page.name === name)?.median;
  const size = result.sizes?.find(({ system }) => system === 'heatlens')?.wasm;
  add('wasm with ONNX import, KB after brotli', size / 1000, '≤', 80);
  add(
    'digits page / its model alone, to the first map',
    start('digits') / start('digits-empty'),
    '≤',
    1.5,
  );
  const memory = result.memory?.find(({ system }) => system === 'heatlens')?.weights;
  add('wasm memory, mnist-cnn saliency: × the weights', memory, '≤', 3);
  return list;
}
