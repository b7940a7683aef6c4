// How a molecule comes in: typed, pasted, chosen among examples or in a list, opened or dropped as a file.

import { byId, el, setText } from '../kit/page/dom.js';
import { clip } from '../kit/page/numbers.js';
import { fromMolfile, fromSmiles } from './chemistry.js';
import { apart, checkExtension } from './chemistry/line.js';
import { records } from './chemistry/records.js';
import { EXAMPLES } from './examples.js';
import { kindOf } from './foreign.js';
import { problem } from './problem.js';

const DELAY = 150; // ms of rest before a text is read
const PAUSE = 900; // and before it is said that it cannot be
const MAX_FILE = 2 * 1024 * 1024;
/** Faults of a list that are told one by one. */
const TOLD = 8;

export class Entry {
  /**
   * @param {{read: (structure: import('./chemistry.js').Structure, text: string) => void, old: (isOld: boolean) => void}} how
   */
  constructor({ read, old }) {
    this.read = read;
    this.old = old;
    this.hasRead = false;
    this.field = byId('smiles', HTMLInputElement);
    this.list = byId('records', HTMLSelectElement);
    this.found = [];
    this.turn = 0;
    this.timer = 0;
  }

  /** @param {string} molecule to begin with */
  start(molecule) {
    this.field.addEventListener('input', () => {
      clearTimeout(this.timer);
      this.old(true);
      if (byId('entry-note').classList.contains('is-error')) this.say('', false, true);
      this.timer = setTimeout(() => this.take(this.typed(this.field.value), PAUSE - DELAY), DELAY);
    });
    // A field of one line drops line ends, so a list is taken before it gets there.
    this.field.addEventListener('paste', (event) => {
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (!/[\r\n]/.test(text.trim())) return;
      event.preventDefault();
      this.take(this.open(text));
    });
    byId('examples').replaceChildren(
      ...EXAMPLES.map(([name, smiles]) =>
        el('button', { type: 'button', text: name, on: { click: () => this.type(smiles) } }),
      ),
    );
    this.list.addEventListener('change', () => this.take(this.choose(Number(this.list.value))));
    const input = byId('file', HTMLInputElement);
    byId('choose-file').addEventListener('click', () => input.click());
    input.addEventListener('change', () => {
      const [file] = input.files ?? [];
      input.value = '';
      if (file) this.take(this.load(file));
    });
    addEventListener('dragover', (event) => event.preventDefault());
    addEventListener('drop', (event) => {
      event.preventDefault();
      const [file] = event.dataTransfer?.files ?? [];
      if (file) this.take(this.load(file));
    });
    // What was typed while the page started stays.
    this.type(this.field.value.trim() || molecule);
  }

  type(smiles) {
    this.field.value = smiles;
    return this.take(this.typed(smiles));
  }

  /** A line as it is typed or pasted: a SMILES, perhaps with a name behind it. */
  async typed(text) {
    this.showList([]);
    const line = text.trim();
    const { smiles, extension, name } = apart(line);
    try {
      checkExtension(extension);
      return Object.assign(await fromSmiles(smiles), { title: name });
    } catch (error) {
      throw kindOf(line) ?? error;
    }
  }

  /**
   * A molecule to come: shown if it is one and nothing newer came; otherwise the last one stays, greyed.
   * @param {Promise<import('./chemistry.js').Structure>} coming @param {number} [patience] ms before it is said why there is none
   */
  async take(coming, patience = 0) {
    this.turn += 1;
    const { turn } = this;
    clearTimeout(this.timer);
    this.old(true);
    try {
      const structure = await coming;
      if (turn !== this.turn) return;
      this.say([clip(structure.title, 200), this.faults()].filter(Boolean).join(' '), false);
      this.hasRead = true;
      this.read(structure, [structure.smiles, structure.title].filter(Boolean).join(' '));
    } catch (/** @type {any} */ error) {
      // What is not foreseen has no code, and words for programmers.
      const why = error?.code ? error.message : 'This molecule could not be read.';
      const say = () => turn === this.turn && this.say(why, true);
      if (patience > 0) this.timer = setTimeout(say, patience);
      else say();
    }
  }

  /** What there is to say of the input. @param {boolean} isOld whether the picture is that of an earlier one */
  say(text, isError, isOld = isError) {
    const note = byId('entry-note');
    setText(note, text);
    byId('stale').hidden = !(isError && this.hasRead);
    note.classList.toggle('is-long', !isError && this.found.length > 1);
    // Where a message is longer than its place, it can be scrolled by keys, too.
    note.tabIndex = note.scrollHeight > note.clientHeight ? 0 : -1;
    note.classList.toggle('is-error', isError);
    this.field.setAttribute('aria-invalid', String(isError));
    this.old(isOld);
  }

  async load(file) {
    if (file.size > MAX_FILE) throw problem('E_FILE_SIZE', 'The file is larger than 2 MB.');
    const text = await file.text();
    if (text.includes('\0'))
      throw problem(
        'E_FILE_KIND',
        `${file.name.slice(0, 60)} is no text; this page opens molfiles, SD files and lists of SMILES.`,
      );
    return this.open(text);
  }

  /** The first molecule of a text of one or more, whose list is shown. */
  async open(text) {
    const { turn } = this;
    const found = await records(text);
    if (turn + 1 < this.turn) throw problem('E_OLD', 'Something newer was asked for.');
    const first = found.findIndex(({ fault }) => fault === null);
    if (first < 0) {
      const [{ number, fault }] = found;
      throw problem(
        'E_FILE',
        found.length === 1
          ? String(fault)
          : `None of ${found.length} records can be read; number ${number}: ${fault}`,
      );
    }
    this.showList(found, first);
    return this.choose(first);
  }

  async choose(index) {
    const { smiles, molfile, name } = this.found[index];
    const structure = await (molfile ? fromMolfile(molfile) : fromSmiles(smiles));
    this.field.value = structure.smiles;
    return Object.assign(structure, { title: name });
  }

  /** The records to choose from, where there are more than one. */
  showList(found, chosen = 0) {
    this.found = found;
    byId('records-label').hidden = found.length < 2;
    this.list.replaceChildren(
      ...found.map(({ number, name, smiles, fault }, index) =>
        el('option', {
          value: index,
          disabled: fault !== null,
          text: `${number}: ${(name || smiles || '').slice(0, 48)}${fault === null ? '' : ' (not read)'}`,
        }),
      ),
    );
    this.list.value = String(chosen);
  }

  /** What of the list could not be read. */
  faults() {
    const bad = this.found.filter(({ fault }) => fault !== null);
    if (bad.length === 0) return '';
    const told = bad.slice(0, TOLD).map(({ number, fault }) => `${number}: ${fault}`);
    const more = bad.length > TOLD ? ` and ${bad.length - TOLD} more` : '';
    return `${this.found.length - bad.length} of ${this.found.length} records are read. Not read: ${told.join(' ')}${more}`;
  }
}
