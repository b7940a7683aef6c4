// A page's two job queues, quick and slow. A request replaces the earlier ones of its name in both, so that a slow answer
// never arrives under a newer question.

/** @import { Progress } from '../../pkg/index.js' */

import { expectAnswer, showAnswer } from './request.js';

const SLOW_DELAY = 250; // ms without a change before slow work starts

/**
 * One worker's queue. Jobs run one at a time, the one served longest ago first, so that while a person draws
 * every panel gets its turn. A request marked `first` goes before the others.
 */
class JobQueue {
  constructor(run, delay) {
    this.run = run;
    this.delay = delay;
    this.waiting = new Map();
    this.served = new Map();
    this.clock = 0;
    this.current = null;
    this.timer = 0;
  }

  request(name, request) {
    this.waiting.set(name, request);
    if (this.delay === 0) {
      // After the others that are asked for now, and before the page is drawn.
      queueMicrotask(() => this.next());
      return;
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = 0;
      this.next();
    }, this.delay);
  }

  /**
   * Drops what waits under one name, and what runs, unless it answers the question `kept`.
   * @param {string} name @param {string | null} [kept]
   */
  cancel(name, kept = null) {
    this.waiting.delete(name);
    const { current } = this;
    if (current && current.name === name && (kept === null || current.question !== kept))
      current.abort.abort();
  }

  clear() {
    this.waiting.clear();
    this.current?.abort.abort();
  }

  async next() {
    if (this.current || this.waiting.size === 0) return;
    const age = (name) => (this.waiting.get(name).first ? -2 : (this.served.get(name) ?? -1));
    const [name] = [...this.waiting.keys()].sort((a, b) => age(a) - age(b));
    const request = this.waiting.get(name);
    this.waiting.delete(name);
    this.clock += 1;
    this.served.set(name, this.clock);
    const abort = new AbortController();
    this.current = { name, question: request.question, abort };
    try {
      await this.run(name, request, abort.signal);
    } finally {
      this.current = null;
      if (this.timer === 0) this.next();
    }
  }
}

/**
 * @typedef {{
 *   work: (worker: any, call: { signal?: AbortSignal, onProgress?: (event: Progress) => void }) => Promise<any>,
 *   slow?: boolean, question?: string, first?: boolean, model?: any, key?: string, shows?: import('./request.js').Place[],
 *   done?: (value: any) => void, failed?: (error: any) => void,
 *   progress?: (share: number, event?: Progress) => void,
 * }} Request
 *   `slow`: waits until nothing was asked for a while and can be ended in the middle; all else keeps up with pen
 *   and keyboard. `question`: what is asked of the example (method, class, …). A quick answer that is under way when
 *   another example is asked about is still shown if both are asked the same question: so maps follow the pen.
 *   `shows`: where the answer is shown by `done`, or why there is none by `failed`; marked as old until then, and after it
 *   if another `key` is wanted there by then.
 */

export class Queue {
  /**
   * @param {{ worker?: (request: Request) => any, done?: (name: string, value: any) => void,
   *   failed?: (name: string, error: any) => void, progress?: (name: string, share: number) => void,
   *   delay?: number }} [how] `worker`: what a request's work is given; the others serve requests without their own
   */
  constructor({ worker = () => null, done, failed, progress, delay = SLOW_DELAY } = {}) {
    this.worker = worker;
    this.done = done;
    this.failed = failed;
    this.progress = progress;
    const run = (name, request, signal) => this.run(name, request, signal);
    this.quick = new JobQueue(run, 0);
    this.slow = new JobQueue(run, delay);
  }

  /** Drops all work: another model, another text, or nothing is drawn. */
  reset() {
    this.quick.clear();
    this.slow.clear();
  }

  /** Drops the work of one name. */
  drop(name) {
    this.quick.cancel(name);
    this.slow.cancel(name);
  }

  /**
   * Asks under a name. What was asked under it before is dropped, in either priority.
   * @param {string} name whose answer this is
   * @param {Request} request
   */
  ask(name, request) {
    const { slow = false, question = null, shows = [], key } = request;
    expectAnswer(shows, key);
    this.quick.cancel(name, slow ? null : question);
    this.slow.cancel(name);
    (slow ? this.slow : this.quick).request(name, request);
    if (slow) this.tell(name, request, 0);
  }

  /** @param {string} name @param {Request} request @param {number} share @param {Progress} [event] */
  tell(name, { progress }, share, event) {
    if (progress) progress(share, event);
    else this.progress?.(name, share);
  }

  /** @param {string} name @param {Request} request @param {AbortSignal} signal */
  async run(name, request, signal) {
    const { slow, work, done, failed, shows = [], key } = request;
    const onProgress = (/** @type {Progress} */ event) => {
      if (!signal.aborted && event.total > 0)
        this.tell(name, request, event.loaded / event.total, event);
    };
    try {
      const worker = await this.worker(request);
      if (signal.aborted) return;
      const value = await work(worker, slow ? { signal, onProgress } : {});
      if (signal.aborted) return;
      if (done) done(value);
      else this.done?.(name, value);
      showAnswer(shows, key);
    } catch (/** @type {any} */ error) {
      if (error?.name === 'AbortError' || signal.aborted) return;
      if (failed) failed(error);
      else this.failed?.(name, error);
      showAnswer(shows, key);
    }
  }
}
