const SVG = 'http://www.w3.org/2000/svg';

/**
 * @typedef {Record<string, any>} Props
 * @typedef {Node | string | null | undefined} Child
 */

/** @template {Element} T @param {T} node @param {Props} props @param {Child[]} children */
function fill(node, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'on')
      for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
    else if (name === 'text') node.textContent = value;
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/**
 * An element: attributes, `text`, listeners under `on`; strings among the children become text, never markup.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {Props} [props] @param {Child[]} children
 */
export function el(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag @param {Props} [props] @param {Child[]} children
 */
export function svg(tag, props = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

/**
 * The element that a selector finds. The page has it in its markup; where it is missing, or of another kind, markup and
 * script do not fit together.
 * @template {Element} [T=HTMLElement]
 * @param {string} selector
 * @param {new () => T} kind a class of elements, such as HTMLInputElement
 * @param {ParentNode} within
 * @returns {T}
 */
export function one(selector, kind = /** @type {any} */ (HTMLElement), within = document) {
  const node = within.querySelector(selector);
  if (node instanceof kind) return node;
  throw new Error(`the page has no ${kind.name} ${selector}`);
}

/**
 * @template {Element} [T=HTMLElement]
 * @param {string} id
 * @param {new () => T} [kind] as in `one`
 */
export const byId = (id, kind) => one(`#${id}`, kind);

/** Sets text only when it changed, so that live regions stay quiet. @param {Element} node @param {string} text */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

let ids = 0;
export function uniqueId(stem) {
  ids += 1;
  return `${stem}-${ids}`;
}
