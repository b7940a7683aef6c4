import { byId, el, one } from '../kit/page/dom.js';
import { clip } from '../kit/page/numbers.js';
import { reportTable } from '../kit/page/report.js';

const PATIENCE = 1000; // ms

const NAMES = 6;

/** The operators that are refused, by how often, in words; empty if none is. */
function refused(rows) {
  const counts = new Map();
  for (const { operator, status } of rows)
    if (status === 'refused') counts.set(operator, (counts.get(operator) ?? 0) + 1);
  const words = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${clip(name, 32)} (${count} ${count === 1 ? 'node' : 'nodes'})`);
  const more = words.length > NAMES ? [`${words.length - NAMES} more`] : [];
  return [...words.slice(0, NAMES), ...more].join(', ');
}

/** Opening the visitor's own model, with its support report. */
export class OwnFile {
  /** @param {{models, notices, adopted: (model) => void}} how */
  constructor({ models, notices, adopted }) {
    this.models = models;
    this.notices = notices;
    this.adopted = adopted;
    this.report = byId('own-report');
    this.reading = new AbortController();
    /** @type {import('../pkg/index.js').SupportRow[]} of the last report */
    this.rows = [];
  }

  /** Opens a file. The newest counts: one that is still being read is given up. */
  async open(file) {
    this.reading.abort();
    const reading = (this.reading = new AbortController());
    const { signal } = reading;
    const name = clip(file.name, 60);
    const ended = this.tellWait(name, reading);
    try {
      const model = await this.models.open(file, signal);
      ended();
      if (signal.aborted) return model.release();
      this.models.keep(model, this.adopted);
      await this.showReport(name, model.quick.supportReport(), false, signal);
    } catch (/** @type {any} */ error) {
      ended();
      if (signal.aborted) return;
      const shown = await this.showReport(name, this.models.support(file, signal), true, signal);
      if (signal.aborted) return;
      const action = shown
        ? { text: 'Show the support report', run: () => this.goToReport() }
        : null;
      const missing = refused(this.rows);
      const why = missing
        ? Object.assign(new Error(`The page does not have ${missing}.`), { code: error.code })
        : error;
      this.notices.error(`${name} cannot be used here`, why, action);
    }
  }

  /** Says that a file is being read, once that takes a while, and offers to stop. */
  tellWait(name, reading) {
    /** @type {HTMLElement | null} */
    let notice = null;
    const timer = setTimeout(() => {
      notice = this.notices.show(`Reading ${name} …`, {
        detail: 'The network that was there still answers.',
        kind: 'work',
        action: { text: 'Stop reading it', run: () => reading.abort() },
      });
    }, PATIENCE);
    const ended = () => {
      clearTimeout(timer);
      notice?.remove();
    };
    reading.signal.addEventListener('abort', ended);
    return ended;
  }

  goToReport() {
    one('details', HTMLDetailsElement, this.report).open = true;
    this.report.scrollIntoView({ block: 'center' });
    this.report.focus({ preventScroll: true });
  }

  /** @returns {Promise<boolean>} whether there is a report to show */
  async showReport(name, loading, open, signal) {
    const rows = await Promise.resolve(loading).catch(() => []);
    if (signal.aborted) return false;
    this.rows = rows;
    this.report.hidden = rows.length === 0;
    if (rows.length === 0) {
      this.report.replaceChildren();
      return false;
    }
    const table = el(
      'div',
      {
        class: 'report-scroll',
        tabindex: 0,
        role: 'group',
        'aria-label': 'Support report, scrollable',
      },
      reportTable(rows),
    );
    this.report.replaceChildren(
      el('details', { open }, el('summary', { text: `Support report of ${name}` }), table),
    );
    return true;
  }
}
