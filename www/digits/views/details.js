import { el } from '../../kit/page/dom.js';
import { HeatLegend } from '../../kit/elements/legend.js';
import { HeatMap } from '../../kit/elements/map.js';
import { create } from '../../kit/elements/registry.js';
import { paperLink } from '../../kit/page/papers.js';
import { expectAnswer, showAnswer } from '../../kit/engine/request.js';
import { paramControl } from '../../kit/elements/params.js';
import { FACTS, labels } from '../lessons/facts.js';

const WORDS = {
  contrast: {
    subtracted: 'two classes are compared by subtracting their maps',
    propagated: 'two classes are compared by propagating the difference of their scores',
    none: 'two classes cannot be compared',
  },
};

/** The dialog with everything about one method: a larger map, its numbers, all its parameters. */
export class Details {
  /** @param {HTMLDialogElement} dialog @param {{values: (name) => object, onParam, take: (card) => Node}} how */
  constructor(dialog, how) {
    this.dialog = dialog;
    this.how = how;
    this.card = null;
    dialog.addEventListener('close', () => {
      this.card = null;
      dialog.replaceChildren();
    });
    dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  }

  open(card) {
    this.card = card;
    const { entry } = card;
    const close = el('button', {
      type: 'button',
      class: 'quiet',
      text: 'Close',
      on: { click: () => this.dialog.close() },
    });
    /** @type {HeatMap} */
    this.map = create(HeatMap, { class: 'details-map', label: entry.title, legend: 'none' });
    /** @type {HeatLegend} */
    this.legend = create(HeatLegend, { class: 'legend' });
    /** @type {HTMLOListElement} */
    this.sets = el('ol', { class: 'sets' });
    /** @type {HTMLParagraphElement} */
    this.numbers = el('p', { class: 'sum' });
    const values = this.how.values(entry.name);
    const controls = entry.params
      .filter(({ kind }) => kind !== 'rules')
      .map((param) =>
        paramControl(
          param,
          values[param.name],
          (value) => this.how.onParam(entry.name, param.name, value),
          { help: true },
        ),
      );
    const fact = (term, text) => [el('dt', { text: term }), el('dd', { text })];
    const { before = [], after = [] } = FACTS[entry.name] ?? {};
    this.dialog.replaceChildren(
      el(
        'div',
        { class: 'details-head' },
        el('h2', { id: 'details-title', text: entry.title }),
        close,
      ),
      el(
        'div',
        { class: 'details-body' },
        el(
          'div',
          { class: 'details-picture' },
          this.map,
          this.legend.node,
          this.sets,
          this.numbers,
          this.how.take(card),
        ),
        el(
          'div',
          { class: 'details-text' },
          el('p', { text: entry.summary }),
          el(
            'dl',
            {},
            ...before.flatMap(([term, text]) => fact(term, text)),
            ...fact('Relation to f(x)', `Σ h: ${entry.sums}`),
            ...after.flatMap(([term, text]) => fact(term, text)),
            ...fact('Sign', entry.signed ? 'for and against' : 'size only'),
            ...fact('Kind', labels(entry).join(', ')),
            ...fact(
              'Classes',
              `${entry.classSpecific ? 'depends on the class' : 'the same for every class'}; ${WORDS.contrast[entry.contrast] ?? ''}`,
            ),
            el('dt', { text: 'Paper' }),
            el('dd', {}, paperLink(entry.source)),
          ),
          controls.length > 0 ? el('h3', { class: 'label', text: 'Parameters' }) : null,
          ...controls,
          entry.name === 'lrp'
            ? el('p', { class: 'fine', text: 'LRP is the subject of US patent 9,558,550.' })
            : null,
        ),
      ),
    );
    this.dialog.showModal();
    this.draw();
  }

  /** Is as old as the card it belongs to. */
  follow() {
    if (!this.card) return;
    const { wanted } = this.card.plate.dataset;
    if (wanted !== undefined) expectAnswer(this.shows, wanted);
  }

  get shows() {
    return [this.map, this.legend.node, this.sets, this.numbers];
  }

  /** Shows what the card shows. */
  draw() {
    const { card } = this;
    if (!card) return;
    this.follow();
    showAnswer(this.shows, card.key);
    const ready = card.explanation && card.view;
    this.map.hidden = !ready;
    this.sets.hidden = !ready || !card.rowsOf;
    this.legend.node.hidden = !ready || card.entry.name === 'sis';
    this.numbers.textContent = ready ? '' : card.note.textContent || 'Not yet computed.';
    if (!ready) return;
    const scale = card.view.shared ?? card.ownScale(card.view.normalisation);
    card.paint(this.map, card.view, scale);
    this.legend.show({
      ...scale,
      values: card.values(),
      isSigned: card.explanation.signed,
      palette: card.view.palette,
    });
    this.sets.replaceChildren(...(card.rowsOf?.(card.view) ?? []));
    this.numbers.textContent =
      `${card.sumFormula(card.explanation)} ${card.remarks.textContent}`.trim();
  }
}
