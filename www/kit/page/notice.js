import { el } from './dom.js';
import { clip } from './numbers.js';

const LIMIT = 3;
const LETTERS = 600; // of a message; what a file says of itself may be much longer

/** Messages that stay until dismissed; the newest is on top, at most three. */
export class Notices {
  constructor(host) {
    this.host = host;
  }

  /**
   * @param {string} title
   * @param {{ detail?: string, code?: string, kind?: 'error' | 'info' | 'note' | 'work', action?: Action | null }} [more]
   * @typedef {{ text: string, run: () => void }} Action
   */
  show(title, { detail = '', code = '', kind = 'error', action = null } = {}) {
    const close = el('button', {
      type: 'button',
      class: 'notice-close',
      'aria-label': 'Dismiss this message',
      text: '×',
    });
    const node = el(
      'div',
      { class: `notice notice-${kind}`, role: kind === 'error' ? 'alert' : 'status' },
      el(
        'div',
        { class: 'notice-text' },
        el('p', { class: 'notice-title', text: clip(title, LETTERS) }),
        detail ? el('p', { text: clip(detail, LETTERS) }) : null,
        action
          ? el('button', {
              type: 'button',
              class: 'link',
              text: action.text,
              on: { click: action.run },
            })
          : null,
        code ? el('p', { class: 'notice-code', text: code }) : null,
      ),
      close,
    );
    close.addEventListener('click', () => node.remove());
    this.host.prepend(node);
    while (this.host.children.length > LIMIT) this.host.lastElementChild?.remove();
    if (kind === 'info') setTimeout(() => node.remove(), 6000);
    return node;
  }

  /** @param {string} title @param {any} error @param {Action | null} [action] */
  error(title, error, action = null) {
    this.show(title, {
      action,
      detail: error?.message ?? String(error),
      code: error?.code ?? error?.name ?? '',
    });
  }

  clear() {
    this.host.replaceChildren();
  }
}
