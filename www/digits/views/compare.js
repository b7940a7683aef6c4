import { byId, el, setText } from '../../kit/page/dom.js';
import { expectAnswer, isOld, settle } from '../../kit/engine/request.js';
import { paperLink } from '../../kit/page/papers.js';
import { sayParts } from '../stroke-parts.js';
import { Board } from './board.js';
import { CONTROLS, control } from '../controls.js';
import { Details } from './details.js';
import { shown, unsuitable } from '../groups.js';
import { exportMaps } from '../export.js';

const isControl = (name) => CONTROLS.some((entry) => entry.name === name);

/** Heatmaps side by side: those the visitor chose, of all in the catalogue. */
export class Compare {
  /** @param {import('../main.js').Page} page */
  constructor(page) {
    this.page = page;
    this.node = byId('compare');
    /** @type {Map<string, import('./card.js').Entry>} */
    this.catalogue = new Map(page.catalogue);
    for (const entry of CONTROLS) this.catalogue.set(entry.name, entry);
    this.details = new Details(byId('details'), {
      values: (name) => page.parameters.values(name),
      onParam: (...change) => this.setParam(...change),
      take: (card) => exportMaps(page, () => [card]),
    });
    this.board = new Board({
      state: page.state,
      style: () => page.style(),
      ends: (explanation) => page.subject.ends(explanation),
      pixels: () => page.subject.pixels,
      onParam: (...change) => this.setParam(...change),
      onDetails: (card) => this.details.open(card),
      onStop: (card) => this.stop(card),
      drawn: () => this.details.draw(),
    });
    this.boxes = new Map();
    this.compose();
  }

  /** What stands below the maps and at the foot of the page. */
  buildRest() {
    const { page } = this;
    byId('take').replaceChildren(
      el('span', { class: 'label', text: 'Take them with you:' }),
      exportMaps(page, () => [...this.board.cards.values()]),
    );
    byId('papers').replaceChildren(
      ...[...page.catalogue.values()].map(({ title, source }) =>
        el('li', {}, `${title}: `, paperLink(source)),
      ),
    );
    this.buildChoices();
    this.check();
  }

  // ---- which methods

  buildChoices() {
    const labels = shown(['all'], this.catalogue).map((name) => {
      const box = el('input', { type: 'checkbox', value: name });
      box.addEventListener('change', () => this.chosen());
      this.boxes.set(name, box);
      return el('label', { class: 'check' }, box, this.catalogue.get(name)?.title);
    });
    const all = el('button', { type: 'button', class: 'link', text: 'all of them' });
    all.addEventListener('click', () => this.choose(['all']));
    const few = el('button', { type: 'button', class: 'link', text: 'the first three' });
    few.addEventListener('click', () => this.choose([]));
    byId('choices').replaceChildren(...labels, el('p', { class: 'fine' }, all, ' or ', few));
  }

  chosen() {
    this.choose([...this.boxes].filter(([, box]) => box.checked).map(([name]) => name));
  }

  choose(methods) {
    this.page.state.methods = methods;
    this.page.address.keep();
    this.compose();
    this.ask();
    this.board.redraw();
  }

  /** Cards for the methods that the state names. */
  compose() {
    const names = shown(this.page.state.methods, this.catalogue);
    for (const name of this.board.names())
      if (!names.includes(name)) this.page.jobs.drop(`card ${name}`);
    this.board.build(this.catalogue, names);
    this.check();
    this.setControls();
  }

  /** Checks the boxes of the methods shown. */
  check() {
    for (const [name, box] of this.boxes) box.checked = this.board.get(name) !== undefined;
  }

  setControls() {
    for (const [name, card] of this.board.cards)
      if (!isControl(name)) card.setControls(this.page.parameters.values(name));
  }

  setParam(method, param, value) {
    this.page.parameters.set(method, param, value);
    if (this.page.subject.ready) this.askFor(method);
    if (this.details.card) this.board.get(method)?.setControls(this.page.parameters.values(method));
    this.page.address.keep();
  }

  // ---- request

  ask() {
    expectAnswer([byId('sentence')], this.page.key());
    // A new page shows a map first of all, then what the network reads.
    const known = this.page.subject.answer !== null;
    this.board.names().forEach((name, i) => this.askFor(name, i === 0 && !known));
  }

  askFor(name, first = false) {
    const { subject, jobs, parameters } = this.page;
    const card = this.board.get(name);
    if (!card) return;
    const options = isControl(name) ? null : parameters.options(name);
    const key = this.page.key({ method: name, options });
    expectAnswer(card.shows, key);
    this.details.follow();
    const idle = subject.isBroken ? null : subject.idle;
    const why = idle ?? unsuitable(name, subject.model.info);
    if (why && !subject.pending) {
      jobs.drop(`card ${name}`);
      card.fail(why, '', key);
      this.details.draw();
      this.say();
      return;
    }
    const ink = subject.pixels;
    if (options === null) {
      if (!subject.known) return;
      if (subject.isBroken) {
        card.fail(subject.idle, '', key);
        return;
      }
      card.show(control(name, subject), ink, key);
      this.board.draw(card);
      return;
    }
    if (subject.pending) return;
    const input = subject.input();
    jobs.ask(`card ${name}`, {
      model: subject.model,
      question: `${options.target}/${options.against}`,
      slow: !card.entry.quick,
      first,
      work: (model, call) => model.explain(input, options, call),
      progress: (share) => {
        card.wait(share);
        card.waiting.tell(share, 'Computing');
      },
      done: (explanation) => this.explained(card, explanation, ink, key),
      failed: (error) => this.failed(card, error, key),
    });
  }

  stop(card) {
    this.page.jobs.drop(`card ${card.entry.name}`);
    this.failed(
      card,
      new Error('Stopped. A change of the drawing starts it again.'),
      card.plate.dataset.wanted,
    );
  }

  /** The answer is there: controls state its score, and the sentence names its class. */
  answered() {
    for (const name of this.board.names()) if (isControl(name)) this.askFor(name);
    this.say();
  }

  // ---- result

  explained(card, explanation, ink, key) {
    card.waiting.end();
    if (!explanation.relevance.every(Number.isFinite)) {
      card.fail('The numbers are not finite', 'E_NOT_FINITE', key);
      return;
    }
    card.show(explanation, ink, key);
    this.board.draw(card);
    this.say();
  }

  failed(card, error, key) {
    card.waiting.end();
    card.fail(error?.message ?? String(error), error?.code ?? '', key);
    this.details.draw();
    this.say();
  }

  fail(text) {
    for (const card of this.board.cards.values()) card.fail(text);
  }

  draw() {
    this.board.redraw();
  }

  /** One sentence for all of it, in the words of the first map that answers the present question. */
  say() {
    const { subject } = this.page;
    const key = this.page.key();
    const tell = (text) => {
      setText(byId('sentence'), text);
      settle([byId('sentence')], key);
    };
    if (subject.empty) {
      tell('Draw a digit, and the maps follow the pen.');
      return;
    }
    if (!subject.known) return;
    if (subject.idle) {
      tell('');
      return;
    }
    const cards = [...this.board.cards.values()];
    const card = cards.find(
      (each) =>
        each.isCurrent && each.explanation?.signed && each.explanation.relevance.length === 784,
    );
    if (!card?.explanation) {
      if (!cards.some(({ entry, plate }) => entry.signed && isOld(plate))) tell('');
      return;
    }
    const { relevance, against } = card.explanation;
    const { title } = card.entry;
    const [own, other] = [subject.explained, against].map((index) => subject.label(index));
    tell(
      sayParts(relevance, card.ink ?? subject.pixels, subject.side, {
        for: `${title}: most for ${own}${against === null ? '' : ` and not ${other}`}`,
        against: against === null ? 'most against it' : `most for ${other}`,
      }),
    );
  }
}
