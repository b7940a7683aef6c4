// "Embed": the link, the tag, a frame, and everything in one HTML file.

import { codec } from './lens-codec.js';
import { figure, svgText } from '../export/figure.js';
import { save } from '../export/save.js';
import { el, setText } from './dom.js';

/**
 * What a page shows, as an element shows it.
 * @typedef {object} Shown
 * @property {string} title
 * @property {string} file the network's file in the site's folder of models; empty for one of the visitor's own
 * @property {() => Promise<ArrayBuffer>} bytes of the network
 * @property {Record<string, string | boolean | null>} attributes of `<heat-lens>` but for its model
 * @property {Record<string, Uint8Array>} [data] files that a saved page holds, by id
 * @property {string | null} link
 * @property {import('../export/take.js').Take} take what is shown as a figure
 * @property {boolean} [molecules]
 */

const site = new URL('../', document.baseURI);
/** Seen from the page; the build knows them by these paths. */
const TEMPLATES = { page: '../pkg/page.html', molecules: '../pkg/page-molecules.html' };
const at = (path) => new URL(path, site).href;

const escaped = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

/** In the quotes that the text does not have, if there are such. */
const quoted = (text) =>
  text.includes('"') && !/['&<]/.test(text) ? `'${text}'` : `"${escaped(text)}"`;

/** The tag, and the script that it needs. @param {Shown} shown */
export function tagOf({ file, attributes }) {
  const { text, ...rest } = attributes;
  /** @type {[string, string | boolean | null][]} */
  const given = Object.entries({ model: at(`models/${file}`), ...rest });
  const all = given
    .filter(([, value]) => value !== null && value !== false)
    .map(([name, value]) => (value === true ? name : `${name}=${quoted(String(value))}`));
  return [
    `<script type="module" src="${at('pkg/elements.js')}"></script>`,
    `<heat-lens ${all.join(' ')}>${escaped(String(text ?? ''))}</heat-lens>`,
  ].join('\n');
}

/** A frame that shows it. @param {Shown} shown */
export function frameOf({ title, file, attributes }) {
  const address = at('embed/') + codec.encode(codec.complete({ ...attributes, model: file }));
  return `<iframe src="${escaped(address)}" title="${escaped(title)}" width="100%" height="480" loading="lazy" style="border:0"></iframe>`;
}

/** Everything in one file. @param {Shown} shown @returns {Promise<Blob>} */
export async function fileOf({ title, bytes, attributes, data = {}, take, molecules = false }) {
  const [{ fillPage }, response, model] = await Promise.all([
    import('../../pkg/page-file.js'),
    fetch(molecules ? TEMPLATES.molecules : TEMPLATES.page),
    bytes(),
  ]);
  if (!response.ok) throw new Error(`the page’s template: the server answered ${response.status}`);
  const { question, answer, caption } = take;
  const picture = {
    type: /** @type {const} */ ('image/svg+xml'),
    bytes: new TextEncoder().encode(svgText(figure(take))),
    alt: [question, answer].filter(Boolean).join(' '),
  };
  const page = await fillPage(await response.text(), {
    title,
    attributes: { model: '#heatlens-model', ...attributes, eager: true },
    fallback: {
      stills: [{ title: '', picture }],
      caption: /** @type {string[]} */ ([question, answer, caption].filter(Boolean)),
    },
    data: { 'heatlens-model': new Uint8Array(model), ...data },
  });
  return new Blob([page], { type: 'text/html' });
}

/** The dialog of a page. */
export class Embed {
  /**
   * @param {{ button: HTMLButtonElement, notices: import('./notice.js').Notices, shown: () => Shown | null }} how `shown`:
   *   null while there is nothing to show
   */
  constructor({ button, notices, shown }) {
    this.notices = notices;
    this.shown = shown;
    button.addEventListener('click', () => this.open());
  }

  open() {
    const shown = this.shown();
    if (!shown) {
      this.notices.show('There is nothing to embed yet', {
        kind: 'info',
        detail: 'Wait for the first map.',
      });
      return;
    }
    const { link, file, data } = shown;
    const dialog = el('dialog', { class: 'embed', 'aria-labelledby': 'embed-title' });
    const close = el('button', {
      type: 'button',
      class: 'quiet',
      text: 'Close',
      on: { click: () => dialog.close() },
    });
    const own =
      'It holds a network or an image of your own, which is not on this site: save it as one file, which holds it.';
    const isPublic = file !== '' && !data;
    const saving = el('button', { type: 'button', text: 'Save as one HTML file' });
    const state = el('span', { class: 'fine', role: 'status' });
    saving.addEventListener('click', () => this.save(shown, saving, state));
    dialog.append(
      el('div', { class: 'embed-head' }, el('h2', { id: 'embed-title', text: 'Embed' }), close),
      this.line(
        'Link',
        link,
        'There is no link for this: it would be too long, or this page has no address.',
      ),
      this.line('Tag, for a page of your own', isPublic ? tagOf(shown) : null, own),
      this.line('Frame, where only frames are allowed', isPublic ? frameOf(shown) : null, own),
      el('p', { class: 'embed-save' }, saving, state),
      el('p', {
        class: 'fine',
        text: 'The file holds network, engine and what is shown. It opens from disk by a double click, offline, and still computes; without script it shows a picture.',
      }),
    );
    dialog.addEventListener('close', () => dialog.remove());
    dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
    document.body.append(dialog);
    dialog.showModal();
  }

  /** @param {string} title @param {string | null} text @param {string} missing why there is none */
  line(title, text, missing) {
    if (text === null)
      return el(
        'div',
        { class: 'embed-line' },
        el('h3', { text: title }),
        el('p', { class: 'fine', text: missing }),
      );
    const field = el('textarea', {
      readonly: true,
      rows: Math.min(4, 1 + text.split('\n').length),
      'aria-label': title,
      spellcheck: 'false',
    });
    field.value = text;
    field.addEventListener('focus', () => field.select());
    const copy = el('button', { type: 'button', text: 'Copy', 'aria-label': `Copy: ${title}` });
    copy.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(text);
        setText(copy, 'Copied');
      } catch {
        field.focus(); // selects it, to be copied by hand
      }
    });
    return el(
      'div',
      { class: 'embed-line' },
      el('h3', { text: title }),
      el('div', { class: 'embed-field' }, field, copy),
    );
  }

  /** @param {Shown} shown @param {HTMLButtonElement} button @param {HTMLElement} state */
  async save(shown, button, state) {
    button.disabled = true;
    setText(state, 'Putting it together …');
    try {
      const blob = await fileOf(shown);
      save(
        `${shown.title.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'heatlens'}.html`,
        blob,
      );
      setText(state, `${(blob.size / 1e6).toFixed(2)} MB`);
    } catch (error) {
      setText(state, '');
      this.notices.error('The file could not be made', error);
    }
    button.disabled = false;
  }
}
