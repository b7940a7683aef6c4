import { decodeState, encodeState, isTooLong, MAX_LENGTH } from './state.js';

const DELAY = 400; // ms; browsers limit how often the address may change

/** Keeps the page's state in the address after '#', and hands back what an address holds. */
export class Address {
  /** @param {{state: import('./state.js').State, notices: import('../kit/page/notice.js').Notices, found: (part: Partial<import('./state.js').State>) => void}} how */
  constructor({ state, notices, found }) {
    this.state = state;
    this.notices = notices;
    this.found = found;
    this.timer = 0;
    addEventListener('hashchange', ({ newURL }) => {
      // Not the present address, which may be the page's own again by now.
      clearTimeout(this.timer);
      const part = decodeState(new URL(newURL).hash);
      if (Object.keys(part).length > 0) this.found(part);
    });
  }

  keep() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.write(), DELAY);
  }

  write() {
    clearTimeout(this.timer);
    try {
      history.replaceState(null, '', encodeState(this.state));
    } catch {
      // some frames forbid it, and browsers limit it; the page works without
    }
  }

  async copy() {
    this.write();
    if (isTooLong(this.state)) {
      this.notices.show('There is no link for this', {
        detail: `Drawing and settings are longer than the ${MAX_LENGTH} characters that a link may have. Undo a part of the drawing, or save the numbers as JSON.`,
        kind: 'info',
      });
      return;
    }
    const detail =
      this.state.model === 'own'
        ? 'It holds the drawing and the settings, not your network.'
        : 'It holds the drawing and the settings.';
    try {
      await navigator.clipboard.writeText(location.href);
      this.notices.show('Link copied', { detail, kind: 'info' });
    } catch {
      this.notices.show('Copy the address of this page', {
        detail: `The clipboard is closed to it. ${detail}`,
        kind: 'info',
      });
    }
  }
}
