// What stands there is of an earlier request: greyed until the new answer is there.

/** @param {Element} node @param {boolean} is */
export function markOld(node, is) {
  node.toggleAttribute('data-old', is);
  if (is) node.setAttribute('aria-busy', 'true');
  else node.removeAttribute('aria-busy');
}
