// <method-picker>: a choice of explanation methods, as the catalogue lists them.

import { el, uniqueId } from '../page/dom.js';
import { HeatElement } from './element.js';

export class MethodPicker extends HeatElement {
  static tag = 'method-picker';
  /** @type {typeof HeatElement.attributes} */
  static attributes = { value: 'text', methods: 'json', theme: 'text' };
  static styles = `
    :host { font-size: 0.875rem; }
    label { display: inline-flex; flex-wrap: wrap; gap: 0.15rem 0.5rem; align-items: baseline; }
    select { font: inherit; color: inherit; background: transparent; border: 1px solid color-mix(in srgb, currentColor 45%, transparent);
      border-radius: 3px; padding: 0.2em 0.4em; max-width: 100%; min-height: 2.125rem; }
    option { color: #111; background: #fff; }
    @media (pointer: coarse) { select { min-height: 2.5rem; } }
  `;

  build() {
    const id = uniqueId('method');
    this.select = el('select', { id, part: 'select' });
    this.select.addEventListener('change', () => {
      this.value = this.select?.value;
      this.emit('choose', { method: this.value });
    });
    this.root.append(el('label', { for: id }, el('span', { text: 'Method' }), this.select));
  }

  draw() {
    const { select } = this;
    if (!select) return;
    /** @type {{ name: string, title: string }[]} */
    const methods = this.methods ?? [];
    const listed = methods.map(({ name }) => name).join();
    if (select.dataset.listed !== listed) {
      select.dataset.listed = listed;
      select.replaceChildren(
        ...methods.map(({ name, title }) => el('option', { value: name, text: title })),
      );
    }
    if (this.value) select.value = this.value;
  }
}
