// Controls for a method's parameters, built from the catalogue.

import { el, uniqueId } from '../page/dom.js';
import { format } from '../page/numbers.js';

const STEPS = 200;
/** What a page asks for at most where the core would allow more: minutes of work, by a slider or by somebody's link. */
const MOST = { samples: 10_000, steps: 1_000 };

/** An entry of the catalogue with the ranges that a page offers. */
export const offered = (entry) => ({
  ...entry,
  params: entry.params.map((param) =>
    MOST[param.name] < param.max ? { ...param, max: MOST[param.name] } : param,
  ),
});

/** The value if the parameter allows it, else undefined. */
export function allowed(param, value) {
  if (param.kind === 'choice' || param.kind === 'node')
    return param.choices?.includes(value) ? value : undefined;
  const number = typeof value === 'number' ? value : NaN;
  if (!Number.isFinite(number)) return undefined;
  const inside = Math.min(param.max ?? Infinity, Math.max(param.min ?? -Infinity, number));
  return param.kind === 'integer' ? Math.round(inside) : inside;
}

function select(param, value, changed, id) {
  const node = el(
    'select',
    { id },
    ...param.choices.map((choice) =>
      el('option', { value: choice, text: choice, selected: choice === value }),
    ),
  );
  node.addEventListener('change', () => changed(node.value));
  return [node];
}

const usesLog = (param) => Boolean(param.log) && param.max > 0;
const floorOf = (param) => (param.min > 0 ? param.min : param.max * 1e-8);

function toSlider(param, value) {
  if (usesLog(param)) {
    const low = Math.log(floorOf(param));
    return value <= 0 ? 0 : (STEPS * (Math.log(value) - low)) / (Math.log(param.max) - low);
  }
  return (STEPS * (value - param.min)) / (param.max - param.min);
}

function fromSlider(param, at) {
  if (usesLog(param)) {
    const low = Math.log(floorOf(param));
    return Number(Math.exp(low + ((Math.log(param.max) - low) * at) / STEPS).toPrecision(2));
  }
  return Number((param.min + ((param.max - param.min) * at) / STEPS).toPrecision(3));
}

function slider(param, value, changed, id) {
  const shown = el('output', { for: id, class: 'param-value', text: format(value) });
  const node = el('input', {
    type: 'range',
    id,
    min: 0,
    max: STEPS,
    step: 1,
    value: Math.round(toSlider(param, value)),
  });
  node.setAttribute('aria-valuetext', format(value));
  node.addEventListener('input', () => {
    const next = fromSlider(param, Number(node.value));
    shown.textContent = format(next);
    node.setAttribute('aria-valuetext', format(next));
    changed(next);
  });
  return [node, shown];
}

function numberField(param, value, changed, id) {
  const node = el('input', {
    type: 'number',
    id,
    value,
    min: param.min,
    max: param.max,
    step: param.kind === 'integer' ? 1 : 'any',
  });
  node.addEventListener('change', () => {
    const next = allowed(param, node.value === '' ? NaN : Number(node.value));
    node.value = next ?? value;
    if (next !== undefined) changed(next);
  });
  return [node];
}

/** A labelled control for one parameter. */
export function paramControl(param, value, changed, { title = param.name, help = false } = {}) {
  const id = uniqueId(`param-${param.name}`);
  const bounded = Number.isFinite(param.min) && Number.isFinite(param.max);
  let control;
  if (param.choices) control = select(param, value, changed, id);
  else if (typeof value !== 'number') control = [el('output', { id, text: 'one value per pixel' })];
  else if (param.kind === 'number' && bounded) control = slider(param, value, changed, id);
  else control = numberField(param, value, changed, id);
  return el(
    'div',
    { class: 'param' },
    el('label', { for: id, text: title }),
    ...control,
    help && param.help ? el('p', { class: 'fine', text: param.help }) : null,
  );
}
