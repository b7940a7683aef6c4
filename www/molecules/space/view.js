// A molecule in three dimensions on a canvas: balls and sticks from the back to the front. Turned by
// dragging the ground, an atom is moved by dragging it, in the plane of the screen.

import { css } from '../../kit/color/colors.js';

const RADII = { H: 0.3, C: 0.42, N: 0.42, O: 0.42, S: 0.55 }; // Å, of the balls
const BOND_RADII = { H: 0.31, C: 0.76, N: 0.71, O: 0.66, S: 1.05 }; // covalent, Cordero et al. 2008
const TURN = 0.01; // radians per pixel
const STEP = 0.05; // Å per key
const HATCH = 5; // pixels
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Pairs of atoms near enough to be bonded. */
export function bondsOf({ symbols, positions }) {
  const found = [];
  for (let i = 0; i < symbols.length; i += 1) {
    for (let j = 0; j < i; j += 1) {
      const d = Math.hypot(...[0, 1, 2].map((k) => positions[3 * i + k] - positions[3 * j + k]));
      if (d < 1.25 * (BOND_RADII[symbols[i]] + BOND_RADII[symbols[j]])) found.push([j, i]);
    }
  }
  return found;
}

export class View {
  /** @param {{canvas: HTMLCanvasElement, moved: () => void, selected: (atom: number|null) => void}} how */
  constructor(how) {
    this.canvas = how.canvas;
    this.moved = how.moved;
    this.selected = how.selected;
    this.axes = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
    this.turn(0.5, 0.35);
    this.atom = null;
    this.listen();
  }

  show(geometry) {
    this.geometry = geometry;
    const { positions } = geometry;
    const n = positions.length / 3;
    const mean = [0, 1, 2].map(
      (k) => positions.reduce((sum, x, i) => (i % 3 === k ? sum + x : sum), 0) / n,
    );
    /** @type {number[]} */
    this.centre = mean;
    const reach = Math.max(
      ...geometry.symbols.map((_, i) =>
        Math.hypot(...mean.map((m, k) => positions[3 * i + k] - m)),
      ),
    );
    /** @type {number} */
    this.extent = reach + 1.2;
    this.picture = null; // that of the molecule before
    this.select(null);
  }

  /** Turns what is seen by angles about the screen's upright and level axes. */
  turn(right, down) {
    const rotate = (/** @type {number[]} */ [x, y, z]) => {
      const [cr, sr, cd, sd] = [Math.cos(right), Math.sin(right), Math.cos(down), Math.sin(down)];
      const [u, w] = [cr * x + sr * z, -sr * x + cr * z];
      return [u, cd * y - sd * w, sd * y + cd * w];
    };
    // Columns of the rotation: where the molecule's axes point on the screen.
    this.axes = this.axes.map(rotate);
  }

  /** Screen coordinates of a place: x to the right, y up, z towards the eye, in Å about the centre. */
  seen(place) {
    const from = place.map((x, k) => x - this.centre[k]);
    return [0, 1, 2].map((k) => from.reduce((sum, x, axis) => sum + x * this.axes[axis][k], 0));
  }

  /** The step in the molecule's coordinates of a step on the screen. */
  unseen(step) {
    return this.axes.map((axis) => axis.reduce((sum, a, k) => sum + a * step[k], 0));
  }

  scale() {
    return Math.min(this.canvas.clientWidth, this.canvas.clientHeight) / (2 * this.extent);
  }

  place(atom) {
    return [...this.geometry.positions.subarray(3 * atom, 3 * atom + 3)];
  }

  /** Centre of an atom on the canvas, in CSS pixels, and its depth. */
  at(atom) {
    return this.project(this.place(atom));
  }

  project(place) {
    const [x, y, z] = this.seen(place);
    const scale = this.scale();
    return [this.canvas.clientWidth / 2 + scale * x, this.canvas.clientHeight / 2 - scale * y, z];
  }

  listen() {
    const { canvas } = this;
    /** @type {[number, number] | null} */
    let last = null;
    /** @type {number | null} */
    let held = null;
    canvas.addEventListener('pointerdown', (event) => {
      if (!this.geometry) return;
      held = this.hit(event);
      last = [event.clientX, event.clientY];
      if (held !== null) this.select(held);
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (!last) {
        canvas.style.cursor = this.geometry && this.hit(event) !== null ? 'grab' : 'move';
        return;
      }
      const [dx, dy] = [event.clientX - last[0], event.clientY - last[1]];
      last = [event.clientX, event.clientY];
      if (held === null) {
        this.turn(TURN * dx, TURN * dy);
        this.draw();
      } else this.move(held, [dx / this.scale(), -dy / this.scale(), 0]);
    });
    for (const end of ['pointerup', 'pointercancel'])
      canvas.addEventListener(end, () => (last = null));
    canvas.addEventListener('keydown', (event) => this.key(event));
  }

  key(event) {
    if (!this.geometry) return;
    const n = this.geometry.symbols.length;
    if (event.key === 'n' || event.key === 'p') {
      const next = this.atom === null ? 0 : (this.atom + (event.key === 'n' ? 1 : n - 1)) % n;
      this.select(next);
    } else if (event.key === 'Escape') this.select(null);
    else if (Object.hasOwn(KEYS, event.key)) {
      event.preventDefault();
      const [right, up] = KEYS[event.key];
      if (this.atom === null) {
        this.turn(10 * TURN * right, -10 * TURN * up);
        this.draw();
      } else this.move(this.atom, [STEP * right, STEP * up, 0]);
    }
  }

  move(atom, step) {
    this.unseen(step).forEach((x, k) => (this.geometry.positions[3 * atom + k] += x));
    this.moved();
    this.draw();
  }

  hit(event) {
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    let [best, front] = [null, -Infinity];
    this.geometry.symbols.forEach((symbol, atom) => {
      const [ax, ay, z] = this.at(atom);
      if (Math.hypot(ax - x, ay - y) < 1.2 * RADII[symbol] * this.scale() && z > front)
        [best, front] = [atom, z];
    });
    return best;
  }

  select(atom) {
    this.atom = atom;
    this.selected(atom);
    this.draw();
  }

  /**
   * What to draw: looks by atom (`Palette.look`), arrows [dx, dy, dz] in Å by atom, lines between pairs [i, j, colour, width,
   * whether dashed], a map as cells [corners of a square, look].
   */
  paint(picture) {
    this.picture = picture;
    this.draw();
  }

  draw() {
    const { canvas, geometry, picture } = this;
    if (!geometry || !picture) return;
    const ratio = Math.min(3, globalThis.devicePixelRatio || 1);
    canvas.width = canvas.clientWidth * ratio;
    canvas.height = canvas.clientHeight * ratio;
    const context = canvas.getContext('2d');
    if (!context) return;
    context.scale(ratio, ratio);
    context.lineCap = 'round';
    const scale = this.scale();
    const places = geometry.symbols.map((_, atom) => this.at(atom));
    const things = [];
    const add = (z, paint) => things.push([z, paint]);
    for (const [corners, look] of picture.cells ?? []) {
      const ring = corners.map((place) => this.project(place));
      add(Math.min(...ring.map(([, , z]) => z)) - 0.5, () => polygon(context, ring, look));
    }
    for (const [i, j] of bondsOf(geometry)) {
      const z = (places[i][2] + places[j][2]) / 2 - 0.01;
      add(z, () => line(context, places[i], places[j], '#8d867a', 0.18 * scale));
    }
    for (const [i, j, colour, width, dashed] of picture.lines ?? []) {
      add((places[i][2] + places[j][2]) / 2, () =>
        line(context, places[i], places[j], colour, width, dashed),
      );
    }
    places.forEach(([x, y, z], atom) => {
      const radius = RADII[geometry.symbols[atom]] * scale;
      add(z, () =>
        ball(
          context,
          x,
          y,
          radius,
          picture.looks[atom],
          geometry.symbols[atom],
          atom === this.atom,
        ),
      );
      const arrow = picture.arrows?.[atom];
      if (arrow) {
        const tip = this.project(this.place(atom).map((place, k) => place + arrow[k]));
        add(Math.max(z, tip[2]) + 0.01, () => arrowTo(context, [x, y], tip));
      }
    });
    things.sort((a, b) => a[0] - b[0]);
    for (const [, paint] of things) paint();
  }
}

function polygon(context, ring, { color, ink, hatch }) {
  context.fillStyle = css(color);
  context.beginPath();
  for (const [x, y] of ring) context.lineTo(x, y);
  context.fill();
  const reach = (axis, of) => of(...ring.map((corner) => corner[axis]));
  if (hatch !== 0) {
    const box = [reach(0, Math.min), reach(1, Math.min), reach(0, Math.max), reach(1, Math.max)];
    strokes(context, box, ink, hatch);
  }
}

/**
 * Hatches the path that was drawn last, which lies within the box.
 * @param {CanvasRenderingContext2D} context @param {number[]} box @param {number[]} ink
 * @param {number} hatch 1 rises, 2 rises and falls
 */
function strokes(context, [left, top, right, bottom], ink, hatch) {
  context.save();
  context.clip();
  context.strokeStyle = css(ink);
  context.lineWidth = 1;
  context.beginPath();
  const height = bottom - top;
  // On a grid of the whole picture, so that neighbours' strokes meet.
  const first = Math.floor((left + top) / HATCH) * HATCH - bottom;
  for (let x = first; x < right; x += HATCH) {
    context.moveTo(x, bottom);
    context.lineTo(x + height, top);
    if (hatch !== 2) continue;
    context.moveTo(x, top);
    context.lineTo(x + height, bottom);
  }
  context.stroke();
  context.restore();
}

function line(context, [x, y], [u, v], colour, width, dashed = false) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.setLineDash(dashed ? [6, 8] : []);
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(u, v);
  context.stroke();
  context.setLineDash([]);
}

function ball(context, x, y, radius, { color, ink, hatch }, symbol, chosen) {
  context.fillStyle = css(color);
  context.strokeStyle = chosen ? '#1a5fd0' : '#1d1c1a';
  context.lineWidth = chosen ? 3 : 1;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
  if (hatch !== 0) strokes(context, [x - radius, y - radius, x + radius, y + radius], ink, hatch);
  const [r, g, b] = color;
  context.fillStyle = 0.3 * r + 0.59 * g + 0.11 * b > 128 ? '#1d1c1a' : '#ffffff';
  context.font = `600 ${Math.max(9, 0.9 * radius)}px system-ui, sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(symbol, x, y);
}

/** @param {CanvasRenderingContext2D} context @param {number[]} from @param {number[]} to */
function arrowTo(context, [x, y], [u, v]) {
  const length = Math.hypot(u - x, v - y);
  if (length < 2) return;
  line(context, [x, y], [u, v], '#1d1c1a', 2);
  const [dx, dy] = [(u - x) / length, (v - y) / length];
  context.beginPath();
  context.moveTo(u, v);
  context.lineTo(u - 7 * dx + 4 * dy, v - 7 * dy - 4 * dx);
  context.lineTo(u - 7 * dx - 4 * dy, v - 7 * dy + 4 * dx);
  context.fillStyle = '#1d1c1a';
  context.fill();
}
