// Runs one system's job in this thread, in Node as in a page, and times it.
import { network } from './networks.mjs';
import { peaks } from './peaks.mjs';

/** Compilers work in steps: so long is run before anything counts. */
const WARM_UP = 300;
/** Calls are timed in groups of at least so many milliseconds, far above the clock's step. */
const SAMPLE = 2;

export class Lab {
  #jobs = new Map();
  #systems = new Map();

  /** @param systems name -> address of the module that implements it */
  constructor(systems, settings) {
    this.systems = systems;
    this.settings = settings;
  }

  /** Answers a request as the native program and the Python one do; see run.mjs. */
  async handle({ action, system, ...request }) {
    switch (action) {
      case 'open':
        return this.#open(system, request);
      case 'output':
        return Array.from(await this.#jobs.get(system).run());
      case 'warm-up':
        return (await this.#samples(system, WARM_UP)).length;
      case 'time':
        return this.#samples(system, request.milliseconds);
      case 'cancel':
        return this.#jobs.get(system).cancel();
      case 'repeat':
        for (let k = 0; k < request.calls; k++) await this.#jobs.get(system).run();
        return null;
      case 'peaks':
        return peaks();
      case 'memory':
        return (await this.#system(system)).memoryBytes?.() ?? null;
      case 'close':
        return this.#close(system);
    }
  }

  async #system(name) {
    if (!this.#systems.has(name)) {
      const system = await import(this.systems[name]);
      await system.start(this.settings);
      this.#systems.set(name, system);
    }
    return this.#systems.get(name);
  }

  /** Whether the system can do that. */
  async #open(name, { network: which, task, batch, target, workers }) {
    const system = await this.#system(name);
    const job = await system.prepare(network(which), task, batch, target, workers);
    if (job) this.#jobs.set(name, job);
    return Boolean(job);
  }

  async #close(name) {
    await this.#jobs.get(name)?.dispose();
    this.#jobs.delete(name);
    return null;
  }

  /** Milliseconds a call, group by group. */
  async #samples(name, milliseconds) {
    const { run } = this.#jobs.get(name);
    const samples = [];
    let spent = 0;
    do {
      const start = performance.now();
      let calls = 0;
      let time = 0;
      while (time < SAMPLE) {
        // Only those that answer later are waited for: waiting costs a microsecond.
        const result = run();
        if (result instanceof Promise) await result;
        calls += 1;
        time = performance.now() - start;
      }
      samples.push(time / calls);
      spent += time;
    } while (spent < milliseconds);
    return samples;
  }
}
