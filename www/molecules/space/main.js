// The energy of a molecule in three dimensions: starts when the reader comes near.

import { code, palette } from '../../kit/color/colors.js';
import { byId, setText } from '../../kit/page/dom.js';
import { HeatLegend } from '../../kit/elements/legend.js';
import { create } from '../../kit/elements/registry.js';
import { format } from '../../kit/page/numbers.js';
import { Queue } from '../../kit/engine/queue.js';
import { vmaxOf } from '../../kit/color/scale.js';
import { currentTheme } from '../../kit/page/theme.js';
import { models } from '../models.js';
import { problem } from '../problem.js';
import { Work } from '../work.js';
import { AtomTable } from './atoms.js';
import { ByHand, TAUGHT } from './by-hand.js';
import { coulomb, SIDE } from './coulomb.js';
import { apart, pairs, probe, solve } from './energy.js';
import { errorTable, MEASURED } from './errors.js';
import { GEOMETRIES } from './geometries.js';
import { kernelMachine, relevance } from './kernel.js';
import { build } from './layout.js';
import { LINES, lineWords, lines, pairRows, PairTable } from './pairs.js';
import { cells, plane, scaleOf } from './plane.js';
import { View } from './view.js';
import { CHARGES, fromXyz, geometry } from './xyz.js';

const FORCE = 0.01; // Å of arrow per kcal/mol/Å
const ARROW = 1.2; // Å at most
/** @type {[string, string][]} */
const COLOURS = [
  ['change', 'change since the start'],
  ['share', 'energy share'],
  ['kernel', 'kernel ridge: relevance'],
];
const [DTNN, KERNEL] = ['qm7-dtnn.onnx', 'qm7-krr.onnx'];

class EnergySection {
  constructor(host) {
    this.host = host;
    /** @type {import('./kernel.js').Machine | null} */
    this.machine = null;
    this.state = { colour: 'change', forces: true, lines: '', probe: '' };
    this.models = models();
    this.queue = new Queue({
      worker: ({ slow, model: [file, atoms] }) =>
        this.models.get(file, atoms, slow ? 'slow' : 'quick'),
      done: (name, result) => this.received(name, result),
      failed: (name, error) => {
        this.works[name]?.end();
        setText(byId('space-note'), error.message);
      },
      progress: (name, share) => this.works[name]?.show(share),
    });
    /** Slow work that is chosen in a select, by the name of its request. @type {Record<string, Work>} */
    this.works = {};
  }

  start() {
    build(this.host, {
      molecules: GEOMETRIES.map(([name]) => name),
      colours: COLOURS,
      lines: LINES,
      probes: Object.keys(CHARGES),
    });
    /** @type {HeatLegend} */ this.legend = create(HeatLegend, { class: 'legend' });
    /** @type {HeatLegend} */ this.mapLegend = create(HeatLegend, { class: 'legend' });
    byId('space-legend').replaceChildren(this.legend.node);
    byId('space-map-legend').replaceChildren(this.mapLegend.node);
    /** @type {AtomTable} */ this.atoms = new AtomTable(byId('space-table'), byId('space-save'));
    /** @type {PairTable} */ this.pairs = new PairTable();
    /** @type {ByHand} */ this.byHand = new ByHand();
    byId('space-more').prepend(this.pairs.node, this.byHand.node);
    /** @type {View} */ this.view = new View({
      canvas: byId('space-view', HTMLCanvasElement),
      moved: () => this.moved(),
      selected: (atom) => this.readOut(atom),
    });
    const molecule = byId('space-molecule', HTMLSelectElement);
    molecule.addEventListener('change', () =>
      this.open(geometry(GEOMETRIES[Number(molecule.value)][1])),
    );
    const file = byId('space-file', HTMLInputElement);
    byId('space-choose').addEventListener('click', () => file.click());
    file.addEventListener('change', () => this.read(file));
    byId('space-reset').addEventListener('click', () => this.reset());
    for (const name of ['colour', 'lines', 'probe']) {
      const select = byId(`space-${name}`, HTMLSelectElement);
      select.addEventListener('change', () => this.set(name, select.value));
    }
    for (const [name, where] of [
      ['cut', 'lines'],
      ['probe', 'probe'],
    ]) {
      const stop = () => {
        byId(`space-${where}`, HTMLSelectElement).value = '';
        this.set(where, '');
      };
      this.works[name] = new Work({ stop });
      byId(`space-${where}-work`).replaceChildren(this.works[name].node);
    }
    const forces = byId('space-forces', HTMLInputElement);
    forces.addEventListener('change', () => this.set('forces', forces.checked));
    addEventListener('resize', () => this.draw());
    new MutationObserver(() => this.draw()).observe(document.documentElement, {
      attributeFilter: ['data-theme', 'data-palette'],
    });
    this.open(geometry(GEOMETRIES[2][1]));
    this.study().catch((error) => setText(byId('space-note'), error.message));
  }

  /** The errors that the files state of themselves, and the three energies of the worked example. */
  async study() {
    const molecules = TAUGHT.map((name) => geometry(new Map(GEOMETRIES).get(name)));
    const energies = [];
    for (const { charges, positions } of molecules) {
      const network = await this.models.get(DTNN, charges.length);
      const input = [charges, positions, apart(charges.length)];
      energies.push((await network.predict(input)).logits[0]);
    }
    this.byHand.teach({ matrices: molecules.map((one) => coulomb(one).matrix), energies });
    const errors = [];
    for (const [, file] of MEASURED) {
      const { info } = await this.models.get(
        file,
        file === KERNEL ? null : molecules[0].charges.length,
      );
      errors.push(Number(info.metadata['heatlens.mae']));
    }
    byId('energy-errors').replaceWith(errorTable(errors));
  }

  /** @param {HTMLInputElement} input */
  async read(input) {
    const [file] = input.files ?? [];
    input.value = '';
    if (!file) return;
    try {
      if (file.size > 2 ** 20) throw problem('E_FILE_SIZE', 'The file is larger than 1 MB.');
      this.open(fromXyz(await file.text()));
    } catch (/** @type {any} */ error) {
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
    for (const name of ['cut', 'probe']) this.works[name].end();
    this.molecule = molecule;
    this.origin = molecule.positions.slice();
    this.first = this.answer = this.kernelEnergy = null;
    this.shares = this.cut = this.map = null;
    this.view.show(molecule);
    this.showPairs();
    this.moved();
  }

  reset() {
    this.molecule.positions.set(this.origin);
    this.moved();
  }

  set(name, value) {
    this.state[name] = value;
    if (name === 'probe') this.map = null;
    this.ask();
    this.draw();
  }

  moved() {
    this.shares = this.cut = this.map = null;
    if (this.molecule.symbols.length > SIDE) this.showPairs();
    else this.pairs.wait();
    this.ask();
  }

  ask() {
    const { charges, positions, symbols } = this.molecule;
    const now = { charges, positions: positions.slice() };
    const network = (extra = 0) => [DTNN, symbols.length + extra];
    this.queue.ask('solve', {
      model: network(),
      question: 'energy',
      first: true,
      work: (model) => solve(model, now),
    });
    this.askKernel(symbols.length <= SIDE ? coulomb(now) : null);
    if (this.state.lines === 'cut' && !this.cut) {
      this.queue.ask('cut', {
        model: network(),
        slow: true,
        work: async (model, call) =>
          pairs(model, now, (await solve(model, now, call)).energy, call),
      });
    } else if (this.state.lines !== 'cut') this.drop('cut');
    if (!this.state.probe) this.drop('probe');
    else if (!this.map) {
      const places = plane(this.view, now);
      const centres = places.map(({ centre }) => centre);
      const { probe: symbol } = this.state;
      this.queue.ask('probe', {
        model: network(1),
        slow: true,
        work: async (model, call) => ({
          symbol,
          places,
          energies: await probe(model, now, CHARGES[symbol], centres, call),
        }),
      });
    }
  }

  drop(name) {
    this.queue.drop(name);
    this.works[name].end();
  }

  /** @param {ReturnType<typeof coulomb> | null} input null if there are too many atoms */
  askKernel(input) {
    this.byHand.ask(input?.matrix ?? null);
    if (!input) return;
    this.queue.ask('kernel', {
      model: [KERNEL, null],
      question: 'energy',
      work: async (model) => (await model.predict(input.matrix)).logits[0],
    });
    if (this.shares) return;
    this.queue.ask('shares', {
      model: [KERNEL, null],
      slow: true,
      work: async (model, call) => {
        this.machine ??= await kernelMachine(model, call);
        return relevance(this.machine, input, call);
      },
    });
  }

  // ---- result to picture

  received(name, result) {
    this.works[name]?.end();
    if (name === 'solve') {
      this.answer = result;
      this.first ??= result;
    } else if (name === 'kernel') this.kernelEnergy = result;
    else if (name === 'shares') this.shares = result;
    else if (name === 'cut') this.cut = result;
    else this.map = result;
    if (name === 'shares' || name === 'cut') this.showPairs();
    this.draw();
  }

  showPairs() {
    const { molecule, shares, cut } = this;
    this.pairs.show(pairRows(molecule, shares, cut), shares, molecule.symbols.length);
  }

  /** What the atoms are coloured by, and the scale. */
  values() {
    const { answer, first, state, shares } = this;
    if (state.colour === 'change') {
      const values = answer.shares.map((share, atom) => share - first.shares[atom]);
      // A scale that stands still while an atom is dragged a little: at least 5 kcal/mol.
      const vmax = Math.max(5, vmaxOf(values, 'max').vmax);
      return { values, vmax, rule: 'kcal/mol since the start; full colour at least 5' };
    }
    if (state.colour === 'kernel' && !shares) {
      const rule = answer.shares.length > SIDE ? `only for up to ${SIDE} atoms` : 'being computed';
      return { values: answer.shares.map(() => 0), vmax: 0, rule };
    }
    const values = state.colour === 'share' ? answer.shares : shares.atoms;
    const { vmax, rule } = vmaxOf(values, 'max');
    return { values, vmax, rule: `kcal/mol; ${rule}` };
  }

  /** The colours that the page has chosen. */
  palette() {
    return palette(document.documentElement.dataset.palette ?? 'red-blue', currentTheme());
  }

  draw() {
    const { answer, state, molecule } = this;
    if (!answer || answer.shares.length !== molecule.symbols.length) return;
    const chosen = this.palette();
    const { values, vmax, rule } = this.values();
    this.legend.show({ vmax, rule, values, isSigned: true, palette: chosen });
    const drawn = lines(
      state.lines ? pairRows(molecule, this.shares, this.cut) : [],
      state.lines,
      chosen,
    );
    this.view.paint({
      looks: Array.from(values, (value) => chosen.look(code(value, vmax))),
      arrows: state.forces ? this.arrows() : null,
      lines: drawn.lines,
      cells: this.probed(chosen),
    });
    this.sayLines(drawn);
    setText(byId('space-energy'), `${format(answer.energy, 5)} kcal/mol`);
    this.host.dataset.energy = String(answer.energy);
    const sum = answer.shares.reduce((all, share) => all + share, 0);
    setText(
      byId('space-sum'),
      `Σ of the atoms ${format(sum, 6)}, energy ${format(answer.energy, 6)} kcal/mol.`,
    );
    // In single precision the network's own answer is off by a few hundredths.
    const kernel = this.shares?.energy ?? this.kernelEnergy;
    setText(
      byId('space-kernel'),
      kernel !== null && molecule.symbols.length <= SIDE
        ? `Kernel ridge regression says ${format(kernel, 5)} kcal/mol.`
        : '',
    );
    this.atoms.show(molecule, answer, this.first, this.shares?.atoms);
    this.readOut(this.view.atom);
  }

  /** The probe's map with its legend, or nothing. */
  probed(chosen) {
    const shown = this.map;
    byId('space-map').hidden = !shown;
    if (!shown) return [];
    const scale = scaleOf(shown);
    const rule =
      `kcal/mol, squares: the energy with ${shown.symbol} there; 0 is its mean over ${shown.places.length} places, ` +
      `${format(scale.mean, 5)}; full colour = largest difference`;
    const { vmax } = scale;
    const values = shown.energies;
    this.mapLegend.show({ vmax, rule, values, isSigned: true, palette: chosen });
    return cells(shown, scale, chosen);
  }

  sayLines({ lines, most }) {
    const [raises, lowers] = lineWords(this.palette());
    setText(
      byId('space-lines-note'),
      lines.length > 0
        ? `Lines: the ${lines.length} strongest pairs, ${raises} where a pair raises the energy, ${lowers} where it ` +
            `lowers it; the thickest is ${format(most)} kcal/mol.`
        : '',
    );
  }

  arrows() {
    return this.molecule.symbols.map((_, atom) => {
      const force = [...this.answer.forces.subarray(3 * atom, 3 * atom + 3)];
      const length = Math.hypot(...force);
      const scale = Math.min(FORCE, ARROW / length);
      return force.map((x) => scale * x);
    });
  }

  readOut(atom) {
    setText(byId('space-readout'), atom === null || !this.answer ? '' : this.atoms.sentence(atom));
  }
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
