// A molecule's drawing over its coloured field, with a cursor that goes from atom to atom.

/** @import { Structure } from './chemistry.js' */

import { el, svg, uniqueId } from '../kit/page/dom.js';
import { drawing, HALO } from './drawing.js';
import { paintField } from './field.js';

const OUTLINE = 1.75; // width of a group's outline
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export class Plate {
  /**
   * @param {{width: number, height: number, title: string, point?: (atom: number|null) => void,
   *   toggle?: (atom: number) => void}} how without `point` it is a picture only
   */
  constructor(how) {
    this.title = how.title;
    this.width = how.width;
    this.height = how.height;
    /** @type {Structure | null} */
    this.structure = null;
    /** @type {number | null} */
    this.cursor = null;
    this.canvas = el('canvas', { class: 'field', 'aria-hidden': 'true' });
    this.layers = Object.fromEntries(
      ['outlines', 'lines', 'gone', 'cursor'].map((name) => [name, svg('g', { class: name })]),
    );
    this.svg = svg(
      'svg',
      { viewBox: `0 0 ${how.width} ${how.height}`, class: 'lines-over', role: 'img' },
      ...Object.values(this.layers),
    );
    this.node = el('div', { class: 'plate molecule' }, this.canvas, this.svg);
    this.label(`${this.title}: no molecule yet`);
    if (how.point && how.toggle) this.listen(how.point, how.toggle);
  }

  label(text) {
    this.svg.setAttribute('aria-label', text);
  }

  /** @param {(atom: number|null) => void} point @param {(atom: number) => void} toggle */
  listen(point, toggle) {
    this.node.tabIndex = 0;
    this.node.setAttribute('role', 'group');
    this.node.setAttribute(
      'aria-label',
      `${this.title}, atoms: read with the arrow keys, take out with Enter`,
    );
    this.node.addEventListener('pointermove', (event) => point(this.nearest(event)));
    this.node.addEventListener('pointerleave', () => point(null));
    this.node.addEventListener('blur', () => point(null));
    this.node.addEventListener('click', (event) => {
      const atom = this.nearest(event);
      if (atom !== null) toggle(atom);
    });
    this.node.addEventListener('keydown', (event) => {
      if (!this.structure) return;
      const { size } = this.structure;
      if (event.key === 'Escape') point(null);
      else if (Object.hasOwn(STEPS, event.key)) {
        event.preventDefault();
        point(this.cursor === null ? 0 : (this.cursor + STEPS[event.key] + size) % size);
      } else if ((event.key === 'Enter' || event.key === 'Delete') && this.cursor !== null) {
        event.preventDefault();
        toggle(this.cursor);
      }
    });
  }

  /** The atom under the pointer, or null. */
  nearest(event) {
    if (!this.structure) return null;
    const box = this.svg.getBoundingClientRect();
    const scale = this.width / box.width;
    const [x, y] = [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
    /** @type {number | null} */
    let best = null;
    let least = (0.6 * this.drawn.unit) ** 2;
    this.drawn.atoms.forEach(([ax, ay], atom) => {
      const distance = (ax - x) ** 2 + (ay - y) ** 2;
      if (distance < least) [best, least] = [atom, distance];
    });
    return best;
  }

  /** Draws another molecule; its field is still to come. @param {Structure} structure */
  show(structure) {
    if (structure === this.structure) return;
    this.structure = structure;
    /** @type {ReturnType<typeof drawing>} */
    this.drawn = drawing(structure, this.width, this.height);
    this.layers.lines.replaceChildren(this.drawn.lines);
    this.mark(new Set(), []);
    this.select(null);
  }

  /** @param {Set<number>} removed atoms @param {{atoms: number[]}[]} outlined groups of atoms */
  mark(removed, outlined) {
    const { atoms, unit } = this.drawn;
    const circle = (atom, share, name) =>
      svg('circle', { class: name, cx: atoms[atom][0], cy: atoms[atom][1], r: share * unit });
    const cross = (atom) => {
      const [x, y] = atoms[atom];
      const d = 0.25 * unit;
      return svg('path', {
        class: 'cross-out',
        d: `M${x - d} ${y - d}l${2 * d} ${2 * d}m0 ${-2 * d}l${-2 * d} ${2 * d}`,
      });
    };
    this.layers.outlines.replaceChildren(...outlined.map((group) => this.outline(group.atoms)));
    this.layers.gone.replaceChildren(
      ...[...removed].flatMap((atom) => [circle(atom, 0.42, 'veil'), cross(atom)]),
    );
  }

  /** One line round a group of atoms and the bonds between them: a broad stroke without a narrower one. */
  outline(group) {
    const { atoms, unit } = this.drawn;
    const bonds = (this.structure?.bonds ?? []).filter(
      ([a, b]) => group.includes(a) && group.includes(b),
    );
    const d = [
      ...group.map((atom) => `M${atoms[atom].join(' ')}h0`),
      ...bonds.map(([a, b]) => `M${atoms[a].join(' ')}L${atoms[b].join(' ')}`),
    ].join('');
    const id = uniqueId('outline');
    const look = { d, fill: 'none', 'stroke-linecap': 'round', 'stroke-linejoin': 'round' };
    const broad = 1.04 * unit;
    const [width, height] = [this.width, this.height];
    return svg(
      'g',
      { class: 'outline' },
      svg(
        'mask',
        { id, maskUnits: 'userSpaceOnUse', x: 0, y: 0, width, height },
        svg('path', { ...look, stroke: '#ffffff', 'stroke-width': broad }),
        svg('path', { ...look, stroke: '#000000', 'stroke-width': broad - 2 * OUTLINE }),
      ),
      svg('rect', { width, height, fill: '#1d1c1a', mask: `url(#${id})` }),
    );
  }

  /** Writes the number of its group beside each atom. */
  number(groups) {
    const { atoms, unit } = this.drawn;
    const digit = (atom, k) =>
      svg('text', {
        class: 'group-number',
        x: atoms[atom][0] + 0.3 * unit,
        y: atoms[atom][1] - 0.3 * unit,
        'font-size': 0.34 * unit,
        ...HALO,
        text: k + 1,
      });
    this.layers.gone.append(
      ...groups.flatMap((group, k) => [...group].map((atom) => digit(atom, k))),
    );
  }

  select(atom) {
    this.cursor = atom;
    if (!this.structure || atom === null) {
      this.layers.cursor.replaceChildren();
      return;
    }
    const [cx, cy] = this.drawn.atoms[atom];
    this.layers.cursor.replaceChildren(svg('circle', { cx, cy, r: 0.45 * this.drawn.unit }));
  }

  /**
   * @param {ArrayLike<number>|null} values by atom or by bond @param {'atoms'|'bonds'} of
   * @param {{vmax: number, palette: import('../kit/color/colors.js').Palette}} style
   */
  paint(values, of, { vmax, palette }) {
    const { width, height } = this;
    const places = values ? this.drawn[of] : [];
    paintField(this.canvas, {
      places,
      values: values ?? [],
      unit: this.drawn.unit,
      vmax,
      palette,
      width,
      height,
    });
    this.style = { vmax, palette };
  }
}
