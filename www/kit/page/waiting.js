import { el, setText } from './dom.js';
import { percent } from './numbers.js';

/** Work under way: what is done, how much of it, and a button that ends it. Hidden while there is none. */
export class Waiting {
  /** @param {() => void} stop */
  constructor(stop) {
    this.text = el('span');
    const end = () => {
      this.end();
      stop();
    };
    this.button = el('button', { type: 'button', class: 'link', text: 'Stop', on: { click: end } });
    this.node = el('p', { class: 'waiting', hidden: true }, this.text, this.button);
  }

  tell(share, what = 'Searching') {
    setText(this.text, `${what} … ${percent(share)} %`);
    this.button.setAttribute('aria-label', `Stop ${what.toLowerCase()}`);
    this.node.hidden = false;
  }

  end() {
    this.node.hidden = true;
  }
}
