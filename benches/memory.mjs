// WebAssembly memory, which never shrinks: after a saliency map, and over thousands of explanations.
import { network } from './networks.mjs';
import { TARGET } from './workloads.mjs';

const EXPLANATIONS = ['saliency', 'guided', 'lrp-epsilon', 'lrp-plus-flat', 'lrp-alpha2-beta1'];

/** Before all scripts of a page: counts the memories of all modules, own and imported. */
export function countMemories() {
  const { instantiate, instantiateStreaming, Memory, Instance } = WebAssembly;
  const memories = new Set();
  const keep = (instance) => {
    for (const item of Object.values(instance.exports)) {
      if (item instanceof Memory) memories.add(item);
    }
    return instance;
  };
  const note = async (result) => {
    const found = await result;
    keep(found.instance ?? found);
    return found;
  };
  WebAssembly.instantiate = (...args) => note(instantiate(...args));
  WebAssembly.instantiateStreaming = (...args) => note(instantiateStreaming(...args));
  WebAssembly.Instance = class extends Instance {
    constructor(...args) {
      keep(super(...args));
    }
  };
  WebAssembly.Memory = class extends Memory {
    constructor(...args) {
      memories.add(super(...args));
    }
  };
  window.memoryBytes = () => {
    let sum = 0;
    for (const { buffer } of memories) sum += buffer.byteLength;
    return sum;
  };
}

/** Bytes of wasm memory of each system after saliency of mnist-cnn at batch 1, each in a new page. */
export async function memoryAfterSaliency(browser, address, systems) {
  const workload = { network: 'mnist-cnn', task: 'saliency', batch: 1, target: TARGET };
  const weights = network(workload.network).weightBytes;
  const found = [];
  for (const system of systems) {
    const page = await browser.newPage();
    await page.addInitScript(countMemories);
    await page.goto(`${address}benches/page.html`);
    await page.waitForFunction(() => window.lab);
    const ask = (request) => page.evaluate((request) => window.lab.handle(request), request);
    await ask({ ...workload, system, action: 'open' });
    await ask({ system, action: 'repeat', calls: 20 });
    const bytes = await page.evaluate(() => window.memoryBytes());
    if (!bytes) throw new Error(`${system} has no memory`);
    found.push({ system, bytes, weights: bytes / weights });
    await page.close();
  }
  return found;
}

/**
 * Explains `count` times with methods in turn, on models that come and go; an error if memory still
 * grows after the first tenth.
 */
export async function flatMemory({ name, handle }, count) {
  const system = 'heatlens';
  const early = await explainOften(handle, system, count / 10);
  const late = await explainOften(handle, system, count - count / 10);
  if (early !== late) {
    throw new Error(`memory in ${name} grew from ${early} to ${late} in ${count} explanations`);
  }
  return { environment: name, explanations: count, bytes: late };
}

async function explainOften(handle, system, count) {
  const calls = count / EXPLANATIONS.length / 10;
  for (let load = 0; load < 10; load++) {
    for (const task of EXPLANATIONS) {
      const request = { system, network: 'lenet', task, batch: 1, target: TARGET };
      await handle({ ...request, action: 'open' });
      await handle({ system, action: 'repeat', calls });
      await handle({ system, action: 'close' });
    }
  }
  return handle({ system, action: 'memory' });
}
