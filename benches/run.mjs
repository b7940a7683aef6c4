// `./build.sh bench`: everything in one go. `run.mjs smoke` checks all systems once and times nothing.
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { buildAll } from './build.mjs';
import { compare } from './compare.mjs';
import { writeNetwork } from './files.mjs';
import { machine } from './machine.mjs';
import { comparisonTable } from './report.mjs';
import { chromiumRunner, nodeRunner, programRunner, serveRepository } from './runners.mjs';
import { FULL, SMOKE } from './workloads.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const RESULTS = `${root}benches/results`;
const NETWORKS = `${RESULTS}/networks`;

const smoke = process.argv.includes('smoke');
const only = process.argv.find((word) => word.startsWith('--only='))?.slice(7) ?? '';
const timing = smoke ? {} : { rounds: 5, milliseconds: 60 };

const files = ({ network }) => `${NETWORKS}/${network}`;
const wanted = ({ network, task }) => `${network} ${task}`.includes(only);
const workloads = (smoke ? SMOKE : FULL).filter(wanted);

await buildAll();
for (const name of new Set(workloads.map(({ network }) => network))) {
  await writeNetwork(NETWORKS, name);
}

const web = await serveRepository();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
const native = programRunner('native', ['heatlens'], 'cargo', ['bench', '-q', '--bench', 'native']);
const runners = [await nodeRunner(), await chromiumRunner(browser, web.address), native];
native.files = files;
const python = process.env.HEATLENS_PYTHON;
if (python) {
  const peers = programRunner('native', ['pytorch'], python, [`${root}benches/peers.py`]);
  peers.files = files;
  runners.push(peers);
} else {
  console.error('HEATLENS_PYTHON is not set: no PyTorch, zennit, captum in this run');
}

const comparisons = [];
for (const workload of workloads) {
  console.error(Object.values(workload).join(' '));
  comparisons.push(...(await compare(workload, runners, timing)));
}
for (const runner of runners) await runner.close();
await browser.close();
web.close();

if (smoke) {
  console.log(`${comparisons.length} systems and tasks agree with the reference`);
} else {
  const result = { machine: await machine(), comparisons };
  await mkdir(RESULTS, { recursive: true });
  await writeFile(`${RESULTS}/latest.json`, JSON.stringify(result, null, 1));
  console.log(comparisonTable(result));
}
process.exit();
