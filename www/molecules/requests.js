// From one state to requests to the workers, and back what is still wanted.

import { Lane } from '../shared/lane.js';

const SLOW_DELAY = 250; // ms without a change before slow work starts

export class Requests {
  /** @param {{result: Function, failure: Function}} on */
  constructor(on) {
    this.on = on;
    this.epoch = 0;
    const run = (name, request, signal) => this.run(name, request, signal);
    this.lanes = {
      quick: new Lane({ run }),
      slow: new Lane({ run, delay: SLOW_DELAY, abort: true }),
    };
  }

  /** What was asked for before is wanted no more. */
  reset() {
    this.epoch += 1;
    for (const lane of Object.values(this.lanes)) lane.clear();
  }

  /**
   * @param {string} name whose result this is; a newer request of the same name replaces it
   * @param {'quick'|'slow'} lane
   * @param {(call: {signal: AbortSignal}) => Promise<unknown>} work
   */
  ask(name, lane, work, { first = false } = {}) {
    this.lanes[lane].request(name, { epoch: this.epoch, work, first });
  }

  async run(name, request, signal) {
    const wanted = () => request.epoch === this.epoch && !signal.aborted;
    if (!wanted()) return;
    try {
      const result = await request.work({ signal });
      if (wanted()) this.on.result(name, result);
    } catch (error) {
      if (error?.name !== 'AbortError' && wanted()) this.on.failure(name, error);
    }
  }
}
