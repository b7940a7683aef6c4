// The page's state in the address after '#': it survives a reload, and a copied link restores it anywhere.

import { el } from './dom.js';
import { grouped } from './numbers.js';

const DELAY = 400; // ms; browsers limit how often the address may change

/**
 * @typedef {import('./codec.js').Codec} Codec
 * @typedef {{ codec: Codec, state: () => any, notices: import('./notice.js').Notices, found: (part: Record<string, any>) => void,
 *   holds: string, except?: () => string, wayOut: string }} How
 *   `state`: as it is now; `found`: a link was followed in the open page, or the way back; `holds`: what a link holds, in words;
 *   `except`: what it does not hold, now, as a sentence; `wayOut`: what to do where it would be too long
 */

export class Address {
  /** @param {How} how */
  constructor(how) {
    this.how = how;
    this.timer = 0;
    this.written = ''; // the address part that is the page's own
    addEventListener('hashchange', ({ newURL }) => this.followed(new URL(newURL).hash));
    addEventListener('pagehide', () => this.timer && keepForReload(how.codec.whole(how.state())));
  }

  /** What the address holds when the page opens. @param {Codec} codec */
  static read(codec) {
    const kept = keptForReload() ?? keptBeside(codec);
    return kept ? codec.decode(kept, Infinity) : codec.decode(location.hash);
  }

  /** Another address than the page has written: of a link, of the way back, or of a place in the page. */
  followed(hash) {
    if (hash === this.written) return;
    clearTimeout(this.timer);
    const { codec, found } = this.how;
    const kept = hash === location.hash && keptBeside(codec);
    const part = kept ? codec.decode(kept, Infinity) : codec.decode(hash);
    if (Object.keys(part).length > 0) {
      this.written = hash;
      found(part);
    } else if (!hash.startsWith('#v=')) this.keep(); // a place in the page: the state comes back into the address
  }

  /** The state has changed. */
  keep() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.write(), DELAY);
  }

  write() {
    clearTimeout(this.timer);
    this.timer = 0;
    const { codec, state } = this.how;
    const whole = codec.whole(state());
    const isTooLong = whole.length > codec.maxLength;
    this.written = isTooLong ? `#v=${codec.version}` : whole;
    try {
      // What is too long for a link still survives a reload.
      history.replaceState(isTooLong ? { heatlens: whole } : null, '', this.written);
    } catch {
      // Some frames forbid it, and browsers limit it; the page works without.
    }
  }

  /** The link to the state as it is now; null where the page has no address of its own, or none that can hold it. */
  link() {
    const { codec, state } = this.how;
    if (!/^(https?|file):$/.test(location.protocol) || codec.isTooLong(state())) return null;
    return location.href.replace(/#.*$/s, '') + codec.encode(state());
  }

  async copy() {
    this.write();
    const { codec, state, notices, holds, except, wayOut } = this.how;
    const link = this.link();
    if (link === null) {
      const length = codec.whole(state()).length;
      const detail = codec.isTooLong(state())
        ? `It would have ${grouped(length)} characters, and a link may have ${grouped(codec.maxLength)}. ${wayOut}`
        : `This page stands inside another one and has no address of its own. ${wayOut}`;
      notices.show('There is no link for this', { detail, kind: 'info' });
      return;
    }
    const detail = [`It holds ${holds}.`, except?.()].filter(Boolean).join(' ');
    try {
      await navigator.clipboard.writeText(link);
      notices.show('Link copied', { detail, kind: 'info' });
    } catch {
      const notice = notices.show('Copy this link', {
        detail: `The clipboard is closed to the page. ${detail}`,
        kind: 'work',
      });
      const field = el('input', { class: 'notice-link', readonly: true, 'aria-label': 'Link' });
      field.value = link;
      notice.querySelector('.notice-text')?.append(field);
      field.focus();
      field.select();
    }
  }
}

const KEY = 'heatlens.reload';

/** What changed too late for the address: a browser that reloads has it already. @param {string} whole */
function keepForReload(whole) {
  try {
    sessionStorage.setItem(KEY + location.pathname, whole);
  } catch {
    // Storage may be forbidden, or full.
  }
}

function keptForReload() {
  try {
    const kept = sessionStorage.getItem(KEY + location.pathname);
    sessionStorage.removeItem(KEY + location.pathname);
    const [entry] = performance.getEntriesByType('navigation');
    const isReload = entry instanceof PerformanceNavigationTiming && entry.type === 'reload';
    return isReload ? kept : null;
  } catch {
    return null;
  }
}

/** A state that is too long for an address lies beside it, in the browser's own history. @param {Codec} codec */
function keptBeside({ version }) {
  try {
    const kept = history.state?.heatlens;
    return location.hash === `#v=${version}` && typeof kept === 'string' ? kept : null;
  } catch {
    return null;
  }
}
