// The energy of a molecule in three dimensions: starts when the reader comes near.

import { colorMap } from '../../shared/colors.js';
import { csv, download } from '../../shared/csv.js';
import { byId, el, setText } from '../../shared/dom.js';
import { Legend } from '../../shared/legend.js';
import { format, signed } from '../../shared/numbers.js';
import { Queue } from '../../shared/queue.js';
import { fullColour } from '../../shared/scale.js';
import { currentTheme } from '../../shared/theme.js';
import { models } from '../models.js';
import { problem } from '../problem.js';
import { byAtom, coulomb, SIDE } from './coulomb.js';
import { pairs, probe, solve } from './energy.js';
import { GEOMETRIES } from './geometries.js';
import { build } from './layout.js';
import { cells, plane } from './plane.js';
import { View } from './view.js';
import { CHARGES, fromXyz, geometry } from './xyz.js';

const FORCE = 0.01; // Å of arrow per kcal/mol/Å
const ARROW = 1.2; // Å at most
const PAIRS = 8; // shown
const COLOURS = [
  ['change', 'change since the start'],
  ['share', 'energy share'],
];

class EnergySection {
  constructor(host) {
    this.host = host;
    this.state = { colour: 'change', forces: true, pairs: false, probe: '' };
    this.models = models();
    this.queue = new Queue({
      worker: ({ slow, model: [file, atoms] }) =>
        this.models.get(file, atoms, slow ? 'slow' : 'quick'),
      done: (name, result) => this.received(name, result),
      failed: (name, error) => setText(byId('space-note'), error.message),
    });
  }

  start() {
    build(this.host, {
      molecules: GEOMETRIES.map(([name]) => name),
      colours: COLOURS,
      probes: Object.keys(CHARGES),
    });
    this.legend = new Legend();
    byId('space-legend').replaceChildren(this.legend.node);
    this.view = new View({
      canvas: byId('space-view'),
      moved: () => this.moved(),
      selected: (atom) => this.readOut(atom),
    });
    byId('space-molecule').addEventListener('change', (event) =>
      this.open(geometry(GEOMETRIES[Number(event.target.value)][1])),
    );
    byId('space-choose').addEventListener('click', () => byId('space-file').click());
    byId('space-file').addEventListener('change', (event) => this.read(event));
    byId('space-reset').addEventListener('click', () => this.reset());
    byId('space-save').addEventListener('click', () => this.save());
    for (const name of ['colour', 'probe']) {
      byId(`space-${name}`).addEventListener('change', (event) =>
        this.set(name, event.target.value),
      );
    }
    for (const name of ['forces', 'pairs']) {
      byId(`space-${name}`).addEventListener('change', (event) =>
        this.set(name, event.target.checked),
      );
    }
    addEventListener('resize', () => this.draw());
    new MutationObserver(() => this.draw()).observe(document.documentElement, {
      attributeFilter: ['data-theme', 'data-map'],
    });
    this.open(geometry(GEOMETRIES[2][1]));
  }

  async read(event) {
    const [file] = event.target.files;
    event.target.value = '';
    if (!file) return;
    try {
      if (file.size > 2 ** 20) throw problem('E_FILE_SIZE', 'The file is larger than 1 MB.');
      this.open(fromXyz(await file.text()));
    } catch (error) {
      setText(
        byId('space-note'),
        `${error.message} The picture shows the last molecule that could be read.`,
      );
    }
  }

  // ---- state to request

  open(molecule) {
    setText(byId('space-note'), '');
    this.queue.reset();
    this.molecule = molecule;
    this.origin = molecule.positions.slice();
    this.first = this.answer = this.kernelAnswer = this.pairsFound = this.map = null;
    this.view.show(molecule);
    this.moved();
  }

  reset() {
    this.molecule.positions.set(this.origin);
    this.moved();
  }

  set(name, value) {
    this.state[name] = value;
    this.ask();
    this.draw();
  }

  moved() {
    this.pairsFound = this.map = null;
    this.ask();
  }

  ask() {
    const { charges, positions, symbols } = this.molecule;
    const now = { charges, positions: positions.slice() };
    const network = (extra = 0) => ['qm7-dtnn.onnx', symbols.length + extra];
    this.queue.ask('solve', {
      model: network(),
      question: 'energy',
      first: true,
      work: (model) => solve(model, now),
    });
    if (symbols.length <= SIDE) {
      this.queue.ask('kernel', {
        model: ['qm7-krr.onnx', null],
        question: 'energy',
        work: (model) => kernelRidge(model, now),
      });
    }
    if (this.state.pairs) {
      this.queue.ask('pairs', {
        model: network(),
        slow: true,
        work: async (model, call) =>
          pairs(model, now, (await solve(model, now, call)).energy, call),
      });
    } else this.queue.drop('pairs');
    if (this.state.probe) {
      const places = plane(this.view, now);
      const centres = places.map(({ centre }) => centre);
      const charge = CHARGES[this.state.probe];
      this.queue.ask('probe', {
        model: network(1),
        slow: true,
        work: async (model, call) => ({
          places,
          energies: await probe(model, now, charge, centres, call),
        }),
      });
    } else {
      this.queue.drop('probe');
      this.map = null;
    }
  }

  // ---- result to picture

  received(name, result) {
    if (name === 'solve') {
      this.answer = result;
      this.first ??= result;
    } else if (name === 'kernel') this.kernelAnswer = result;
    else if (name === 'pairs') this.pairsFound = result;
    else this.map = result;
    this.draw();
  }

  values() {
    const { answer, first, state } = this;
    if (state.colour === 'share') return answer.shares;
    return answer.shares.map((share, atom) => share - first.shares[atom]);
  }

  draw() {
    const { answer, state, molecule } = this;
    if (!answer || answer.shares.length !== molecule.symbols.length) return;
    const map = colorMap(document.documentElement.dataset.map ?? 'red-blue', currentTheme());
    const values = this.values();
    // A scale that stands still while an atom is dragged a little: at least 5 kcal/mol.
    const own = fullColour(values, 'max');
    const full = state.colour === 'share' ? own.value : Math.max(5, own.value);
    const rule = state.colour === 'share' ? own.rule : 'kcal/mol; at least 5';
    const key = `${document.documentElement.dataset.map}/${currentTheme()}`;
    this.legend.show({ full, rule, isSigned: true, map, key });
    const strongest = [...(state.pairs && this.pairsFound ? this.pairsFound : [])]
      .sort((a, b) => Math.abs(b[2]) - Math.abs(a[2]))
      .slice(0, PAIRS);
    const most = Math.abs(strongest[0]?.[2] ?? 1);
    this.view.paint({
      colours: Array.from(values, (value) => map.at(value / full)),
      arrows: state.forces ? this.arrows() : null,
      lines: strongest.map(([i, j, value]) => [
        i,
        j,
        `rgb(${map.at(Math.sign(value)).join(' ')} / 0.65)`,
        1 + 5 * Math.abs(value / most),
      ]),
      cells: this.map && state.probe ? cells(this.map, map) : [],
    });
    setText(byId('space-energy'), `${format(answer.energy, 5)} kcal/mol`);
    this.host.dataset.energy = String(answer.energy);
    const sum = answer.shares.reduce((all, share) => all + share, 0);
    setText(
      byId('space-sum'),
      `Σ of the atoms ${format(sum, 6)}, energy ${format(answer.energy, 6)} kcal/mol.`,
    );
    const kernel = this.kernelAnswer;
    setText(
      byId('space-kernel'),
      kernel && molecule.symbols.length <= SIDE
        ? `Kernel ridge regression says ${format(kernel.energy, 5)} kcal/mol.`
        : '',
    );
    this.table(strongest);
    this.readOut(this.view.atom);
  }

  arrows() {
    return this.molecule.symbols.map((_, atom) => {
      const force = [...this.answer.forces.subarray(3 * atom, 3 * atom + 3)];
      const length = Math.hypot(...force);
      const scale = Math.min(FORCE, ARROW / length);
      return force.map((x) => scale * x);
    });
  }

  rows() {
    const { answer, molecule, first } = this;
    const kernel = this.kernelAnswer?.shares;
    return molecule.symbols.map((symbol, atom) => [
      `${symbol}${atom + 1}`,
      answer.shares[atom],
      answer.shares[atom] - first.shares[atom],
      Math.hypot(...answer.forces.subarray(3 * atom, 3 * atom + 3)),
      kernel?.length === molecule.symbols.length ? kernel[atom] : NaN,
    ]);
  }

  table(strongest) {
    const rows = this.rows().map(([name, ...numbers]) =>
      el(
        'tr',
        {},
        el('th', { scope: 'row', text: name }),
        ...numbers.map((x) =>
          el('td', { class: 'number', text: Number.isNaN(x) ? '–' : format(x) }),
        ),
      ),
    );
    byId('space-table').tBodies[0].replaceChildren(...rows);
    const { symbols } = this.molecule;
    byId('space-pairs-list').replaceChildren(
      ...strongest.map(([i, j, value]) =>
        el('li', {
          text: `${symbols[i]}${i + 1}–${symbols[j]}${j + 1}: ${signed(value)} kcal/mol`,
        }),
      ),
    );
  }

  readOut(atom) {
    const row = atom === null || !this.answer || !this.first ? null : this.rows()[atom];
    setText(
      byId('space-readout'),
      row
        ? `${row[0]}: share ${format(row[1], 4)}, since the start ${signed(row[2])}, force ${format(row[3])} kcal/mol/Å`
        : '',
    );
  }

  save() {
    const heads = [
      'atom',
      'share kcal/mol',
      'change kcal/mol',
      'force kcal/mol/A',
      'kernel gradient x input',
    ];
    download(
      new Blob(['\ufeff', csv(heads, this.rows())], { type: 'text/csv;charset=utf-8' }),
      'energies.csv',
    );
  }
}

async function kernelRidge(model, molecule) {
  const input = coulomb(molecule);
  const found = await model.explain(input.matrix, { method: 'gradient-x-input', target: 0 });
  return { energy: found.score, shares: byAtom(found.relevance, input) };
}

const host = byId('space');
new IntersectionObserver(
  (entries, observer) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    observer.disconnect();
    new EnergySection(host).start();
  },
  { rootMargin: '300px' },
).observe(host);
