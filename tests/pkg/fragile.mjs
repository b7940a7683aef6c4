import { Worker } from 'node:worker_threads';

/** A Worker as browsers have it, over a thread of Node, that can be made to die. */
export class Fragile {
  dead = false;
  constructor(script = new URL('../../pkg/dist/worker.js', import.meta.url)) {
    this.thread = new Worker(script, { workerData: 'heatlens' });
    this.thread.on('message', (data) => this.onmessage?.({ data }));
    this.thread.on('error', () => {});
  }
  postMessage(message, transfer) {
    this.thread.postMessage(message, transfer);
  }
  terminate() {
    this.dead = true;
    this.thread.terminate();
  }
  die() {
    this.terminate();
    this.onerror?.({ message: 'killed', preventDefault() {} });
  }
}
