// How a molecule comes in: typed, chosen among examples, opened or dropped as a file.

import { byId, el, setText } from '../shared/dom.js';
import { fromMolfile, fromSmiles } from './chemistry.js';
import { EXAMPLES } from './examples.js';
import { problem } from './problem.js';

const DELAY = 150; // ms of rest before a text is read
const MAX_FILE = 2 * 1024 * 1024;

export class Entry {
  /** @param {{notices: object, read: (structure: object) => void}} how */
  constructor({ notices, read }) {
    Object.assign(this, { notices, read });
    this.field = byId('smiles');
    this.turn = 0;
    this.timer = 0;
  }

  start() {
    this.field.addEventListener('input', () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.take(fromSmiles(this.field.value)), DELAY);
    });
    byId('examples').replaceChildren(
      ...EXAMPLES.map(([name, smiles]) =>
        el('button', { type: 'button', text: name, on: { click: () => this.type(smiles) } }),
      ),
    );
    byId('choose-file').addEventListener('click', () => byId('file').click());
    byId('file').addEventListener('change', (event) => {
      const [file] = event.target.files;
      event.target.value = '';
      if (file) this.take(this.open(file));
    });
    addEventListener('dragover', (event) => event.preventDefault());
    addEventListener('drop', (event) => {
      event.preventDefault();
      const [file] = event.dataTransfer?.files ?? [];
      if (file) this.take(this.open(file));
    });
    this.type(EXAMPLES[0][1]);
  }

  type(smiles) {
    this.field.value = smiles;
    return this.take(fromSmiles(smiles));
  }

  /** A molecule to come: shown if it is one and nothing newer came; otherwise the last one stays. */
  async take(coming) {
    this.turn += 1;
    const turn = this.turn;
    try {
      const structure = await coming;
      if (turn !== this.turn) return;
      const parts = structure.parts();
      this.say(
        parts > 1 ? `${parts} separate parts; the network sees them as one molecule.` : '',
        false,
      );
      this.read(structure);
    } catch (error) {
      if (turn === this.turn) this.say(error.message, true);
    }
  }

  say(text, isError) {
    const note = byId('entry-note');
    setText(
      note,
      isError ? `${text} The picture shows the last molecule that could be read.` : text,
    );
    note.classList.toggle('is-error', isError);
    this.field.setAttribute('aria-invalid', String(isError));
  }

  async open(file) {
    if (file.size > MAX_FILE) throw problem('E_FILE_SIZE', 'The file is larger than 2 MB.');
    const text = await file.text();
    if (/\.(mol|sdf)$/i.test(file.name)) {
      const structure = await fromMolfile(text);
      this.field.value = structure.smiles;
      return structure;
    }
    throw problem(
      'E_FILE_KIND',
      `${file.name.slice(0, 60)}: this page opens .mol and .sdf files here.`,
    );
  }
}
