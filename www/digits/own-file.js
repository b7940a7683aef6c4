import { byId, el } from '../shared/dom.js';
import { clip } from '../shared/numbers.js';
import { reportTable } from '../shared/report.js';

/** Opening the visitor's own model, with its support report. */
export class OwnFile {
  /** @param {{models, notices, adopted: (model) => void}} how */
  constructor({ models, notices, adopted }) {
    Object.assign(this, { models, notices, adopted });
    this.report = byId('own-report');
    this.turn = 0;
  }

  async open(file) {
    this.turn += 1;
    const turn = this.turn;
    const name = clip(file.name, 60);
    try {
      const model = await this.models.adopt(file);
      if (turn !== this.turn) return;
      await this.showReport(name, model.quick.supportReport(), false);
      this.adopted(model);
    } catch (error) {
      if (turn !== this.turn) return;
      const shown = await this.showReport(name, this.models.support(file), true);
      const action = shown
        ? { text: 'Show the support report', run: () => this.goToReport() }
        : null;
      this.notices.error(`${name} cannot be used here`, error, action);
    }
  }

  goToReport() {
    this.report.querySelector('details').open = true;
    this.report.scrollIntoView({ block: 'center' });
    this.report.focus({ preventScroll: true });
  }

  /** @returns {Promise<boolean>} whether there is a report to show */
  async showReport(name, loading, open) {
    const rows = await Promise.resolve(loading).catch(() => []);
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
