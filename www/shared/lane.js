// One worker's queue. Each job has a name and at most one waiting request: the newest. Jobs run one at a
// time, the one served longest ago first, so that while a person draws every panel gets its turn. A request marked `first` goes before the others.

export class Lane {
  /**
   * @param {{run: (name: string, request: object, signal: AbortSignal) => Promise<void>, delay?: number, abort?: boolean}} how
   *   `delay`: start only after this many milliseconds without a new request; `abort`: a new request ends the running job
   */
  constructor({ run, delay = 0, abort = false }) {
    this.run = run;
    this.delay = delay;
    this.abort = abort;
    this.waiting = new Map();
    this.served = new Map();
    this.clock = 0;
    this.current = null;
    this.timer = 0;
  }

  request(name, request) {
    this.waiting.set(name, request);
    if (this.abort && this.current?.name === name) this.current.controller.abort();
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

  /** Drops what is asked under one name. */
  cancel(name) {
    this.waiting.delete(name);
    if (this.current?.name === name) this.current.controller.abort();
  }

  clear() {
    this.waiting.clear();
    this.current?.controller.abort();
  }

  get busy() {
    return this.current !== null || this.waiting.size > 0;
  }

  async next() {
    if (this.current || this.waiting.size === 0) return;
    const age = (name) => (this.waiting.get(name).first ? -2 : (this.served.get(name) ?? -1));
    const [name] = [...this.waiting.keys()].sort((a, b) => age(a) - age(b));
    const request = this.waiting.get(name);
    this.waiting.delete(name);
    this.clock += 1;
    this.served.set(name, this.clock);
    const controller = new AbortController();
    this.current = { name, controller };
    try {
      await this.run(name, request, controller.signal);
    } finally {
      this.current = null;
      if (this.timer === 0) this.next();
    }
  }
}
