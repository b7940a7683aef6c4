// From one state to requests to the workers, and back what is still wanted.

import { Lane } from '../shared/lane.js';

const SLOW_DELAY = 300; // ms without a change before slow work starts

export class Requests {
  /** @param {object} models @param {{result: Function, progress: Function, failure: Function}} on */
  constructor(models, on) {
    this.models = models;
    this.on = on;
    this.epoch = 0;
    const run = (lane) => (name, request, signal) => this.run(lane, name, request, signal);
    this.lanes = {
      quick: new Lane({ run: run('quick') }),
      slow: new Lane({ run: run('slow'), delay: SLOW_DELAY, abort: true }),
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
   * @param {string} model
   * @param {(model: object, call: object) => Promise<unknown>} work
   */
  ask(name, lane, model, work, { first = false } = {}) {
    this.lanes[lane].request(name, { epoch: this.epoch, model, work, first });
  }

  async run(lane, name, request, signal) {
    const wanted = () => request.epoch === this.epoch && !signal.aborted;
    if (!wanted()) return;
    const onProgress = ({ loaded, total }) => {
      if (wanted() && total > 0) this.on.progress(name, loaded / total);
    };
    try {
      const model = await this.models.get(request.model, lane);
      if (!wanted()) return;
      const result = await request.work(model, { signal, onProgress });
      if (wanted()) this.on.result(name, result);
    } catch (error) {
      if (error?.name !== 'AbortError' && wanted()) this.on.failure(name, error);
    }
  }
}
