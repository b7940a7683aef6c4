// Slow work under way: how far it is, and a button that ends it.

import { el, setText } from '../kit/page/dom.js';

export class Work {
  /**
   * @param {{ stop: () => void, again?: () => void }} how `again`: the work that was halted is wanted after all
   */
  constructor({ stop, again }) {
    this.share = 0;
    this.text = el('span');
    this.button = el('button', {
      type: 'button',
      class: 'link',
      on: {
        click: () => {
          if (this.node.dataset.state === 'stopped') again?.();
          else stop();
        },
      },
    });
    this.bar = el('progress', { max: 1, value: 0, 'aria-label': 'Work under way' });
    this.node = el('span', { class: 'work fine', hidden: true }, this.bar, this.text, this.button);
  }

  get percent() {
    return `${Math.floor(100 * this.share)} %`;
  }

  set(state, text, button) {
    this.node.hidden = false;
    this.node.dataset.state = state;
    setText(this.text, text);
    setText(this.button, button);
    this.bar.hidden = state === 'stopped';
  }

  /** @param {number} share done, 0 to 1 */
  show(share) {
    this.share = share;
    this.bar.value = share;
    this.set('running', this.percent, 'Stop');
  }

  /** It was ended before it was done. */
  halt() {
    this.set('stopped', `Stopped at ${this.percent}.`, 'Start again');
  }

  /** The work is done, or no longer wanted. */
  end() {
    this.node.hidden = true;
    delete this.node.dataset.state;
  }
}
