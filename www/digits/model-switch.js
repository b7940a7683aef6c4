import { byId, el, setText } from '../shared/dom.js';
import { clip, grouped } from '../shared/numbers.js';
import { SHIPPED } from './models.js';

const TITLE = 22;

/** The buttons that choose the network, and what is said of the chosen one. */
export class ModelSwitch {
  /** @param {{choose: (id: string) => void, ranged: (range: number[]) => void}} how */
  constructor({ choose, ranged }) {
    this.host = byId('models');
    this.choose = choose;
    this.buttons = new Map();
    for (const [id, { title }] of Object.entries(SHIPPED)) this.add(id, title);
    byId('range').addEventListener('change', () =>
      ranged(byId('range').value.split(' ').map(Number)),
    );
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
    byId('range').value = model.range.join(' ');
    setText(byId('model-text'), describe(model));
  }
}

function describe({ id, title, info }) {
  const size = `${grouped(info.parameters)} weights`;
  if (id === 'own') return `${clip(title, 60)}, ${size}. Your file, read in this page.`;
  const accuracy = Number(info.metadata?.['heatlens.accuracy']);
  return accuracy > 0 && accuracy <= 1
    ? `${size}. Reads ${(accuracy * 100).toFixed(2)} % of the 10,000 MNIST test digits rightly.`
    : `${size}.`;
}
