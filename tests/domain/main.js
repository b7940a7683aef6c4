// A domain by the recipe of ARCHITECTURE.md, and nothing in the kit for it: four switches, of which some are on.

import '../../www/elements.js';
import { HeatRow, addDomain } from '../../www/kit/elements.js';
import { DomainPage } from '../../www/kit/page/domain-page.js';

const SWITCHES = ['a', 'b', 'c', 'd'];

addDomain('switches', ({ inputs }) => inputs.length === 1 && inputs[0].shape.join() === '4', {
  kind: 'switches',
  element: HeatRow,
  async read(lens) {
    const on = lens.typed ?? lens.text ?? '';
    const wrong = [...on].find((letter) => !SWITCHES.includes(letter));
    if (wrong)
      throw Object.assign(new Error(`There is no switch ${wrong}, only ${SWITCHES.join(', ')}.`), {
        code: 'E_SWITCH',
      });
    const inputs = Float32Array.from(SWITCHES, (name) => (on.includes(name) ? 1 : 0));
    return { inputs, key: on };
  },
  ask: ({ needs, name }) => (needs.includes('convolution') || name === 'sis' ? null : {}),
  show(element, { inputs }, explanation) {
    element.names = SWITCHES;
    element.input = inputs;
    element.explanation = explanation;
  },
  editor(lens) {
    const field = document.createElement('input');
    field.value = lens.text ?? '';
    field.setAttribute('aria-label', 'Switches that are on');
    field.addEventListener('input', () => lens.edit({ typed: field.value }));
    return field;
  },
});

new DomainPage({
  models: [{ id: 'planted', title: 'a and b', file: 'planted.onnx' }],
  given: 'text',
  samples: [
    ['Two on', 'ab'],
    ['The others on', 'cd'],
  ],
  method: 'integrated-gradients',
});
