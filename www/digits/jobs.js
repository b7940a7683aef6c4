import { Lane } from '../shared/lane.js';

const SLOW_DELAY = 250; // ms without a change before slow work starts

/** The page's requests to the workers: of each name the newest counts, what nobody wants any more is dropped. */
export class Jobs {
  constructor() {
    this.epoch = 0;
    const run = (_, request, signal) => this.run(request, signal);
    this.quick = new Lane({ run });
    this.slow = new Lane({ run, delay: SLOW_DELAY, abort: true });
  }

  /** Drops all work: another model, or nothing is drawn. */
  reset() {
    this.epoch += 1;
    this.quick.clear();
    this.slow.clear();
  }

  /** Drops the work of one name. */
  drop(name) {
    this.quick.cancel(name);
    this.slow.cancel(name);
  }

  /**
   * @param {string} name
   * @param {{model, work: (worker, call: object) => Promise<any>, done: (value) => void,
   *   failed: (error) => void, progress?: (share: number, event?: object) => void, slow?: boolean, first?: boolean}} request
   *   `slow`: waits for the pen, can be ended in the middle; else keeps up with the pen
   */
  ask(name, request) {
    (request.slow ? this.slow : this.quick).request(name, { ...request, epoch: this.epoch });
    if (request.slow) request.progress?.(0);
  }

  async run({ epoch, model, work, done, failed, progress, slow }, signal) {
    const wanted = () => epoch === this.epoch && !signal.aborted;
    if (!wanted()) return;
    const onProgress = (event) =>
      wanted() && progress?.(event.total > 0 ? event.loaded / event.total : 0, event);
    try {
      const worker = slow ? await model.slow() : model.quick;
      if (!wanted()) return;
      const value = await work(worker, slow ? { signal, onProgress } : {});
      if (wanted()) done(value);
    } catch (error) {
      if (error?.name !== 'AbortError' && wanted()) failed(error);
    }
  }
}
