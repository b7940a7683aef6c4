// `./build.sh bench`: everything in one go. `run.mjs smoke` checks everything once and times nothing;
// `--only=TEXT` keeps the workloads whose names contain the text, and nothing else; `--write` puts the
// report into docs/performance.md.
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { explainingOnnx } from './backward.mjs';
import { buildAll } from './build.mjs';
import { compare } from './compare.mjs';
import { writeNetwork } from './files.mjs';
import { flatMemory, memoryAfterSaliency } from './memory.mjs';
import { network } from './networks.mjs';
import { report, workloadName } from './report.mjs';
import { chromiumRunner, nodeRunner, programRunner, serveRepository } from './runners.mjs';
import { selections } from './sis.mjs';
import { sizes } from './sizes.mjs';
import { startups } from './startup.mjs';
import { strokeToMaps } from './stroke.mjs';
import { workers } from './workers.mjs';
import { FULL, GROWING, SMOKE, TINY } from './workloads.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const RESULTS = `${root}benches/results`;
const NETWORKS = `${RESULTS}/networks`;

const smoke = process.argv.includes('smoke');
const only = process.argv.find((word) => word.startsWith('--only='))?.slice(7);
const timing = smoke ? {} : { rounds: 7, milliseconds: 60 };
const python = process.env.HEATLENS_PYTHON;

const say = (text) =>
  console.error(`${(performance.now() / 1e3).toFixed(0).padStart(4)} s  ${text}`);
const wanted = (workload) => !only || workloadName(workload).includes(only);

/** The processor's limits for native code: a program compiled for this very processor. */
function nativePeaks() {
  const program = `${RESULTS}/build/peak`;
  const options = ['-O', '-C', 'target-cpu=native', '--edition', '2024', '-o', program];
  execFileSync('rustc', [...options, `${root}benches/peak.rs`]);
  return JSON.parse(execFileSync(program, { encoding: 'utf8' }));
}

function machine() {
  return {
    processor: `${cpus()[0].model}, ${cpus().length} cores`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${process.platform} ${release()}`,
    node: process.version,
    date: new Date().toISOString(),
    load: loadavg()[0],
  };
}

async function startRunners(browser, address) {
  const files = ({ network }) => `${NETWORKS}/${network}`;
  // What `cargo test` has built will do where nothing is timed.
  const profile = smoke ? 'test' : 'bench';
  const cargo = ['bench', '-q', '--profile', profile, '--bench', 'native'];
  const native = programRunner('native', ['heatlens'], 'cargo', cargo);
  const runners = [await nodeRunner(), await chromiumRunner(browser, address), native];
  if (python) {
    runners.push(programRunner('native', ['pytorch'], python, [`${root}benches/peers.py`]));
  } else say('HEATLENS_PYTHON is not set: no PyTorch, captum, zennit in this run');
  return runners.map((runner) => ({ ...runner, files }));
}

/** Puts the report into the document, in place of the one of the run before. */
async function writeReport(text) {
  const path = `${root}docs/performance.md`;
  const old = /(<!-- run -->\n)[^]*(<!-- end of run -->)/;
  const page = (await readFile(path, 'utf8')).replace(old, (_, begin, end) => {
    return `${begin}\n${text}\n\n${end}`;
  });
  await writeFile(path, page);
}

/** Everything beside the comparison at the workloads. */
async function rest(runners, browser, address) {
  const [, page] = runners;
  say('how cost grows');
  const growth = [];
  for (const workload of smoke ? [] : GROWING) {
    growth.push(...(await compare(workload, [page], { ...timing, systems: ['heatlens', 'ort'] })));
  }
  say('sufficient input subsets');
  const sis = await selections(runners, smoke ? TINY : 'mnist-cnn', smoke ? 0 : 3);
  say('two workers');
  const shared = await workers(runners, smoke ? TINY : 'mnist-cnn', smoke ? 0 : 3);
  say('start-up');
  const startup = await startups(browser, address, smoke ? 1 : 7);
  say('from the pen to the maps');
  const strokes = await strokeToMaps(browser, address, smoke ? 2 : 15);
  say('memory');
  const memory = await memoryAfterSaliency(browser, address, ['heatlens', 'ort', 'tfjs']);
  return { growth, sis, shared, startup, strokes, memory, sizes: smoke ? [] : await sizes() };
}

await mkdir(NETWORKS, { recursive: true });
await buildAll();
const names = [TINY, ...[...FULL, ...SMOKE].map(({ network }) => network)];
for (const name of new Set(names)) await writeNetwork(NETWORKS, name);
const saliency = explainingOnnx(network('mnist-cnn'), 'saliency');
await writeFile(`${NETWORKS}/mnist-cnn.saliency.onnx`, saliency);

const web = await serveRepository();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
const runners = await startRunners(browser, web.address);
const [node, page] = runners;
const ask = { system: 'heatlens', action: 'peaks' };
const peaks = {
  node: await node.handle(ask),
  chromium: await page.handle(ask),
  native: nativePeaks(),
};
// First of all: where nothing else has made the memory large.
const flat = [];
for (const runner of only ? [] : [node, page]) {
  say(`memory in ${runner.name}`);
  flat.push(await flatMemory(runner, smoke ? 2_000 : 10_000));
}
const comparisons = [];
for (const workload of (smoke ? SMOKE : FULL).filter(wanted)) {
  say(workloadName(workload));
  comparisons.push(...(await compare(workload, runners, timing)));
}
const others = only ? {} : await rest(runners, browser, web.address);
for (const runner of runners) await runner.close();
await browser.close();
web.close();

if (smoke) {
  console.log(`${comparisons.length} results agree with the reference; memory stays flat`);
} else {
  const result = { machine: machine(), peaks, comparisons, flat, ...others };
  await writeFile(`${RESULTS}/latest.json`, JSON.stringify(result, null, 1));
  const text = report(result);
  console.log(text);
  if (process.argv.includes('--write')) await writeReport(text);
}
process.exit();
