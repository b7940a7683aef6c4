import { el } from '../../kit/page/dom.js';
import { Attack } from '../lessons/attack.js';
import { ClassSensitivity } from '../lessons/class-sensitivity.js';
import { WeightRandomisation } from '../lessons/weight-randomisation.js';
import { lesson } from '../parts.js';

/** Where methods fail, and where networks do. */
export class View {
  /** @param {import('../main.js').Page} page */
  constructor(page) {
    /** @type {{ node: Node, ask: () => void, draw: () => void, answered?: () => void }[]} */
    this.parts = [new ClassSensitivity(page), new WeightRandomisation(page), new Attack(page)];
    this.node = lesson(
      'limits',
      'Sanity checks: where it fails',
      'A heatmap always looks like something. Two tests that some maps do not pass, and a digit made to fool the network.',
      el('div', {}, ...this.parts.map((part) => part.node)),
    );
  }

  answered() {
    for (const part of this.parts) part.answered?.();
  }

  ask() {
    for (const part of this.parts) part.ask();
  }

  draw() {
    for (const part of this.parts) part.draw();
  }
}
