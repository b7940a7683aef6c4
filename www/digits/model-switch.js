import { byId, el, setText } from '../kit/page/dom.js';
import { clip, grouped } from '../kit/page/numbers.js';
import { SHIPPED } from './models.js';

const TITLE = 22;

/** The buttons that choose the network, and what is said of the chosen one. */
export class ModelSwitch {
  /** @param {{choose: (id: string) => void, ranged: (range: number[]) => void, activated: (word: string) => void}} how */
  constructor({ choose, ranged, activated }) {
    this.host = byId('models');
    this.choose = choose;
    this.buttons = new Map();
    for (const [id, { title }] of Object.entries(SHIPPED)) this.add(id, title);
    this.range = byId('range', HTMLSelectElement);
    this.range.addEventListener('change', () => ranged(this.range.value.split(' ').map(Number)));
    this.activation = byId('activation', HTMLSelectElement);
    this.activation.addEventListener('change', () => activated(this.activation.value));
  }

  add(id, title) {
    if (!this.buttons.has(id)) {
      const button = el('button', { type: 'button', 'data-model': id, 'aria-pressed': 'false' });
      button.addEventListener('click', () => this.choose(id));
      this.buttons.set(id, button);
      this.host.append(button);
    }
    setText(this.buttons.get(id), clip(title, TITLE));
  }

  busy(is) {
    this.host.setAttribute('aria-busy', String(is));
  }

  show(model) {
    if (model.id === 'own') this.add('own', model.title);
    for (const [id, button] of this.buttons)
      button.setAttribute('aria-pressed', String(id === model.id));
    byId('own-range').hidden = model.id !== 'own' || model.stated;
    this.range.value = model.range.join(' ');
    byId('own-activation').hidden = !model.reread;
    this.activation.value = model.info.outputs[0].activation ?? '';
    this.activation.options[0].disabled = model.labels.length < 2 || model.classes.binary;
    setText(byId('model-text'), describe(model));
  }
}

function describe({ id, title, info, reread }) {
  const size = `${grouped(info.parameters)} weights`;
  if (id === 'own') {
    const silent = reread ? ' It does not say how its outputs become probabilities: choose.' : '';
    const bad = info.nonfiniteWeights;
    const broken = bad > 0 ? ` ${grouped(bad)} of them are NaN or infinite.` : '';
    return `${clip(title, 60)}, ${size}.${broken} Your file, read in this page.${silent}`;
  }
  const accuracy = Number(info.metadata?.['heatlens.accuracy']);
  return accuracy > 0 && accuracy <= 1
    ? `${size}. Reads ${(accuracy * 100).toFixed(2)} % of the 10,000 MNIST test digits rightly.`
    : `${size}.`;
}
