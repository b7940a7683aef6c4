import { Lane } from '../shared/lane.js';

const SLOW_DELAY = 250; // ms without a change before slow methods start

/** Turns one state into requests to the two workers and hands back what is still wanted. */
export class Explainer {
  /** @param {{prediction, explanation, progress, failure}} on  callbacks */
  constructor(on) {
    this.on = on;
    this.epoch = 0;
    this.quick = new Lane({
      run: (name, request, signal) => this.run(name, request, signal, 'quick'),
    });
    this.slow = new Lane({
      run: (name, request, signal) => this.run(name, request, signal, 'slow'),
      delay: SLOW_DELAY,
      abort: true,
    });
  }

  /** Drops all work: another model, or nothing is drawn. */
  reset() {
    this.epoch += 1;
    this.quick.clear();
    this.slow.clear();
  }

  predict(model, input, ink) {
    this.quick.request('predict', { first: true, epoch: this.epoch, model, input, ink });
  }

  /** @param {boolean} quick keeps up with the pen, or waits for it */
  explain(name, model, input, ink, options, quick) {
    const request = { epoch: this.epoch, model, input, ink, options };
    (quick ? this.quick : this.slow).request(name, request);
    if (!quick) this.on.progress(name, 0);
  }

  async run(name, request, signal, lane) {
    const wanted = () => request.epoch === this.epoch;
    if (!wanted()) return;
    try {
      const worker = lane === 'slow' ? await request.model.slow() : request.model.quick;
      if (signal.aborted) return;
      if (name === 'predict') {
        const result = await worker.predict(request.input);
        if (wanted()) this.on.prediction(result, request);
        return;
      }
      const onProgress = ({ loaded, total }) =>
        wanted() && !signal.aborted && this.on.progress(name, total > 0 ? loaded / total : 0);
      const result = await worker.explain(
        request.input,
        request.options,
        lane === 'slow' ? { signal, onProgress } : {},
      );
      if (wanted() && !signal.aborted) this.on.explanation(name, result, request);
    } catch (error) {
      if (error?.name !== 'AbortError' && wanted()) this.on.failure(name, error, request);
    }
  }
}
