// The base of the elements: attributes and properties, drawing at most once per turn, the theme of the page around.

/**
 * Where there is no document, as on a server, modules are read but no element is made. Properties come from the lists of
 * each class: `any` here, with their types in elements.d.ts.
 * @type {new () => HTMLElement & Record<string, any>}
 */
const Base = globalThis.HTMLElement ?? class {};

/** How an attribute's text is read. @type {Record<string, (text: string | null) => any>} */
const READ = {
  text: (text) => text,
  flag: (text) => text !== null && text !== 'false',
  number: (text) => (text === null || text.trim() === '' ? null : Number(text)),
  json: (text) => (text === null ? null : JSON.parse(text)),
};

const camel = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

/** Style sheets by their text: constructed ones, which a policy without 'unsafe-inline' allows. @type {Map<string, CSSStyleSheet>} */
const sheets = new Map();
export function sheet(text) {
  const known = sheets.get(text);
  if (known) return known;
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  sheets.set(text, made);
  return made;
}

const COMMON = `
  :host { display: inline-block; color: inherit; font: inherit; }
  :host([hidden]), [hidden] { display: none !important; }
  * { box-sizing: border-box; }
  p, figure { margin: 0; }
  canvas, svg { display: block; }
  .soft { color: var(--heat-soft, color-mix(in srgb, currentColor 74%, transparent)); }
  .spoken { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  [part='error'] { font-size: 0.875rem; border-inline-start: 3px solid currentColor; padding-inline-start: 0.6rem; }
  [part='error']:not([hidden]) ~ * { display: none; }
  :focus-visible { outline: 2px solid var(--heat-focus, #1a5fd0); outline-offset: 2px; border-radius: 2px; }
  @media print { :host { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`;

/** Keys that are typed into a field, or that press a button, are nobody else's shortcuts. @param {any} event */
function keepKeys(event) {
  const at = event.composedPath()[0];
  const isPress = event.key === ' ' || event.key === 'Enter';
  if (at.matches?.('textarea, input, select') || (isPress && at.matches?.('button, summary')))
    event.stopPropagation();
}

/** Elements that look different in the dark. @type {Set<HeatElement>} */
const themed = new Set();
let watching = false;

/**
 * Watches what may change how all elements look: the system's theme, marks on the document's root and body, and the size of
 * a pixel, since a page that is zoomed, or moved to another screen, tells elements of a fixed size nothing else.
 */
function watchTheme() {
  if (watching) return;
  watching = true;
  const changed = () => requestAnimationFrame(() => themed.forEach((element) => element.turn()));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
  for (const type of ['beforeprint', 'afterprint'])
    addEventListener(type, () => themed.forEach((element) => element.turn()));
  let ratio = 0;
  const rescaled = () => {
    if (devicePixelRatio === ratio) return;
    if (ratio > 0) changed();
    ratio = devicePixelRatio;
    const media = matchMedia(`(resolution: ${ratio}dppx)`);
    media.addEventListener('change', rescaled, { once: true });
  };
  rescaled();
  addEventListener('resize', rescaled);
  const observer = new MutationObserver(changed);
  for (const node of [document.documentElement, document.body])
    observer.observe(node, { attributes: true, attributeFilter: ['class', 'style', 'data-theme'] });
}

/** Lightness of a CSS colour as computed styles have it, 0 to 1. @param {string} color */
function lightness(color) {
  const [r, g, b] = (color.match(/[\d.]+/g) ?? ['0', '0', '0']).map(Number);
  const most = color.startsWith('color(') ? 1 : 255;
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / most;
}

/**
 * An element that draws from attributes and properties.
 *
 * An attribute `own-name` is the property `ownName`, too; what was set last counts. Nothing is written back into
 * attributes, so that frameworks find the element as they left it. What a property held before the element's class was
 * known goes through its setter then.
 */
export class HeatElement extends Base {
  /** Attributes and how they are read. @type {Record<string, 'text' | 'flag' | 'number' | 'json'>} */
  static attributes = {};
  /** Properties without an attribute. @type {string[]} */
  static properties = [];
  /** CSS of the shadow root. */
  static styles = '';

  static get observedAttributes() {
    this.prepare();
    return Object.keys(this.attributes);
  }

  /** Gives the class its accessors. */
  static prepare() {
    const own = Object.keys(this.attributes).map(camel);
    for (const name of [...own, ...this.properties]) {
      if (name in this.prototype) continue;
      Object.defineProperty(this.prototype, name, {
        configurable: true,
        enumerable: true,
        /** @this {HeatElement} */
        get() {
          return this.read(name);
        },
        /** @this {HeatElement} */
        set(value) {
          this.set(name, value);
        },
      });
    }
  }

  /** @type {Map<string, any>} */
  #values = new Map();
  #scheduled = false;
  /** Whether it was ever in a document. */
  #begun = false;

  constructor() {
    super();
    const kind = /** @type {typeof HeatElement} */ (this.constructor);
    kind.prepare();
    this.root = this.attachShadow({ mode: 'open' });
    this.root.adoptedStyleSheets = [sheet(COMMON), sheet(kind.styles)];
    for (const name of [...Object.keys(kind.attributes).map(camel), ...kind.properties]) {
      if (!Object.hasOwn(this, name)) continue;
      this.#values.set(name, this[name]);
      delete this[name];
    }
  }

  /** The value of a property: what was set, else what its attribute says; throws if that is no JSON. @param {string} name */
  read(name) {
    if (this.#values.has(name)) return this.#values.get(name);
    const { attributes } = /** @type {typeof HeatElement} */ (this.constructor);
    const attribute = Object.keys(attributes).find((each) => camel(each) === name);
    if (!attribute) return null;
    try {
      return READ[attributes[attribute]](this.getAttribute(attribute));
    } catch {
      throw new Error(`the attribute ${attribute} is no JSON`);
    }
  }

  /** @param {string} name @param {any} value undefined: what the attribute says */
  set(name, value) {
    if (value === undefined) this.#values.delete(name);
    else this.#values.set(name, value);
    this.changed(name);
  }

  attributeChangedCallback(attribute) {
    this.#values.delete(camel(attribute));
    this.changed(camel(attribute));
  }

  /** A property has another value. @param {string} name */
  changed(name) {
    void name;
    this.schedule();
  }

  connectedCallback() {
    themed.add(this);
    watchTheme();
    this.begin();
    this.schedule();
  }

  /** Makes the shadow root, once. */
  begin() {
    if (this.#begun) return;
    this.#begun = true;
    this.build();
    for (const type of ['keydown', 'keypress', 'keyup']) this.root.addEventListener(type, keepKeys);
  }

  disconnectedCallback() {
    themed.delete(this);
  }

  /** Draws before the page does, however often it is asked to. */
  schedule() {
    if (this.#scheduled || !this.#begun) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      if (!this.isConnected) return;
      try {
        this.draw();
      } catch (error) {
        this.fail(error);
      }
    });
  }

  /** Makes what stands in the shadow root; once, when the element comes into a document. */
  build() {}

  /** Draws what the properties say. */
  draw() {}

  /** Dark or light has changed. */
  turn() {
    this.schedule();
  }

  /** Tells what went wrong, in an event and on the element itself. @param {any} error */
  fail(error) {
    this.emit('error', {
      code: error?.code ?? 'E_ELEMENT',
      message: error?.message ?? String(error),
      error,
    });
  }

  /** An event that bubbles out of shadow roots. @param {string} type @param {object} [detail] */
  emit(type, detail = {}) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  /** What is drawn as a picture that stands alone: with title and legend, on white. @returns {Promise<string>} */
  async toSVG() {
    return (await import('../export/elements.js')).toSVG(this);
  }

  /** The same as a PNG. @returns {Promise<Blob>} */
  async toBlob() {
    return (await import('../export/elements.js')).toBlob(this);
  }

  /**
   * Dark where the text of the page is light; on paper always light.
   * @returns {'light' | 'dark'}
   */
  get shade() {
    const { theme } = this;
    if (theme === 'light' || theme === 'dark') return theme;
    if (matchMedia('print').matches) return 'light';
    return lightness(getComputedStyle(this).color) > 0.5 ? 'dark' : 'light';
  }
}
