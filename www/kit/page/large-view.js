import { el } from './dom.js';

/**
 * A view for the projector: a few parts of the page, moved as they are into a dialog that fills the screen, and moved back
 * when it closes.
 */
export class LargeView {
  /**
   * @param {{ title: string, opener: HTMLElement, parts: () => Node[], resized: () => void }} how
   *   `parts`: what is shown, in order; `resized`: their sizes have changed
   */
  constructor({ title, opener, parts, resized }) {
    this.parts = parts;
    this.resized = resized;
    /** @type {{ node: Node, place: Comment }[]} */
    this.moved = [];
    this.body = el('div', { class: 'large-body' });
    const close = el('button', { type: 'button', class: 'large-close', text: 'Close' });
    this.dialog = el('dialog', { class: 'large', 'aria-label': title }, this.body, close);
    close.addEventListener('click', () => this.dialog.close());
    this.dialog.addEventListener('close', () => this.closed());
    opener.addEventListener('click', () => this.open());
    document.body.append(this.dialog);
  }

  get isOpen() {
    return this.dialog.open;
  }

  open() {
    if (this.isOpen) return;
    this.fill();
    this.dialog.showModal();
    this.resized();
  }

  /** Shows the parts anew: others may be wanted now. */
  renew() {
    if (!this.isOpen) return;
    this.empty();
    this.fill();
    this.resized();
  }

  fill() {
    for (const node of this.parts()) {
      const place = document.createComment('in the large view');
      node.parentNode?.replaceChild(place, node);
      this.moved.push({ node, place });
      this.body.append(node);
    }
  }

  empty() {
    for (const { node, place } of this.moved) {
      // The page may have put something else there since.
      if (place.isConnected && node.parentNode === this.body) place.replaceWith(node);
      place.remove();
    }
    this.moved = [];
    this.body.replaceChildren();
  }

  closed() {
    this.empty();
    this.resized();
  }
}
