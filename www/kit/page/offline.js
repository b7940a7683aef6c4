// The page without a network: it is kept once it was opened, and a button in the foot keeps the others.

import { keep, look } from '../offline/keep.js';
import { el, setText } from './dom.js';

const ROOT = new URL('../../', import.meta.url).href;
const HERE = location.href.replace(/[?#].*/, '').replace(/\/index\.html$/, '/');
const PAUSE = 1000; // ms after the page has loaded

const amount = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

/** Not from a disk, without TLS, in a sandbox, or where storage is forbidden. */
function available() {
  try {
    return /^https?:$/.test(location.protocol) && !!navigator.serviceWorker && !!caches;
  } catch {
    return false;
  }
}

/** For pages that require trusted types: the package's policy, which a page may have once. */
function trusted(url) {
  const scope = /** @type {any} */ (globalThis);
  const policy = Symbol.for('heatlens.policy');
  scope[policy] ??= scope.trustedTypes?.createPolicy('heatlens', {
    createScriptURL: (own) => own,
  });
  return scope[policy]?.createScriptURL(url) ?? url;
}

class Offline {
  constructor() {
    this.button = el('button', { type: 'button', on: { click: () => this.keepAll() } });
    this.status = el('span', { role: 'status' });
    this.node = el('p', { class: 'offline', hidden: true }, this.button, this.status);
    document.querySelector('.foot')?.append(this.node);
  }

  async start() {
    const state = await look(ROOT);
    if (!state) return;
    await navigator.serviceWorker.register(trusted(`${ROOT}sw.js`), { updateViaCache: 'none' });
    await navigator.serviceWorker.ready;
    this.show(state);
    this.show(await keep(ROOT, (page) => ROOT + page === HERE));
  }

  /** @param {import('../offline/keep.js').State | null} state */
  show(state) {
    this.node.hidden = !state;
    this.rest = state?.rest ?? 0;
    this.button.hidden = this.rest === 0;
    setText(this.button, `Keep all pages offline (${amount(this.rest)})`);
    setText(
      this.status,
      this.rest === 0 ? 'Kept offline: every page opens without a network.' : '',
    );
  }

  async keepAll() {
    this.button.disabled = true;
    let taken = 0;
    const tell = (bytes) => {
      taken += bytes;
      setText(this.status, `${amount(taken)} of ${amount(this.rest)}`);
    };
    tell(0);
    // Else a browser that needs room may remove it.
    navigator.storage?.persist?.();
    try {
      this.show(await keep(ROOT, () => true, tell));
    } catch (error) {
      setText(this.status, `Not all pages could be kept: ${reason(error)}`);
    }
    this.button.disabled = false;
  }
}

function reason(error) {
  if (error.name === 'QuotaExceededError') return 'the browser has no room left for this site.';
  if (error.name !== 'TypeError') return `${error.message}.`;
  return 'the network is gone, or a file is not the one that the site names. Try again, or reload the page.';
}

if (available()) {
  // Without a network, or where it is not allowed, the page works as it is.
  const start = () => setTimeout(() => new Offline().start().catch(() => {}), PAUSE);
  if (document.readyState === 'complete') start();
  else addEventListener('load', start);
}
