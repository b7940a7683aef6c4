import { palette } from '../kit/color/colors.js';
import { byId, one, setText } from '../kit/page/dom.js';
import { drawGrey } from '../kit/elements/cells.js';
import { later } from '../kit/page/later.js';
import { Notices } from '../kit/page/notice.js';
import { offered } from '../kit/elements/params.js';
import { Queue } from '../kit/engine/queue.js';
import { requestKey } from '../kit/engine/request.js';
import { SIMD_MESSAGE } from '../kit/engine/simd.js';
import { currentTheme, startTheme } from '../kit/page/theme.js';
import { Address } from '../kit/page/address.js';
import { addressOf } from './address.js';
import { Embed } from '../kit/page/embed.js';
import { Compare } from './views/compare.js';
import { embedding } from './embed.js';
import { Files } from './input/files.js';
import { largeView } from './large.js';
import { models } from './first.js';
import { ModelSwitch } from './model-switch.js';
import { Pad } from '../kit/pad/pad.js';
import { Parameters } from './parameters.js';
import { SIDE } from '../kit/pad/preprocess.js';
import { Reading } from './reading.js';
import { sampleSheet } from './input/sample-sheet.js';
import { sampleOf } from './input/samples.js';
import { Settings } from './settings.js';
import { ViewSwitcher } from './views/view-switcher.js';
import { codec } from './state.js';
import { Subject } from './subject.js';
import { Tour } from './lessons/tour.js';

const FIRST_SAMPLE = sampleOf(3, 0);

/** @typedef {DigitsPage} Page */

/** The page: state, request, picture. The views see it as `page`. */
class DigitsPage {
  constructor() {
    /** @type {import('./state.js').State} */
    this.state = {
      strokes: FIRST_SAMPLE.strokes,
      image: null,
      ...codec.complete(Address.read(codec)),
    };
    this.subject = new Subject(this.state);
    this.jobs = new Queue({
      worker: ({ model, slow }) => (slow ? model.slow() : model.quick),
    });
    this.loading = 0;
    this.notices = new Notices(byId('notices'));
    this.address = addressOf({
      state: this.state,
      notices: this.notices,
      found: (part) => this.restore(part),
    });
  }

  async start() {
    // Not yet: to ask the storage takes a while. Before the page is drawn.
    requestAnimationFrame(() => startTheme(byId('theme'), () => this.redraw()));
    this.buildPad();
    this.words();
    if (!models) {
      this.notices.show('This browser cannot run the networks', {
        detail: SIMD_MESSAGE,
        code: 'E_NO_SIMD',
      });
      return;
    }
    /** @type {import('./models.js').Models} */
    this.models = models;
    /** @type {Settings} */
    this.settings = new Settings(this.state, {
      request: () => this.submit(),
      view: () => this.viewChanged(),
    });
    /** @type {Reading} */
    this.reading = new Reading(this, {
      turned: () => this.stage.ask(),
      known: () => this.stage.view?.answered?.(),
    });
    /** @type {ModelSwitch} */
    this.modelSwitch = new ModelSwitch({
      choose: (id) => this.chooseModel(id),
      ranged: (range) => this.setRange(range),
      activated: (word) => this.setActivation(word),
    });
    later(() => this.buildRest());
    try {
      const entries = await this.models.catalogue();
      /** @type {Map<string, import('../pkg/index.js').MethodEntry>} */
      this.catalogue = new Map(entries.map((entry) => [entry.name, offered(entry)]));
    } catch (error) {
      this.notices.error('The explanations could not be started', error);
      return;
    }
    /** @type {Parameters} */
    this.parameters = new Parameters(this.state, this.subject, this.catalogue);
    /** @type {Compare} */
    this.compare = new Compare(this);
    /** @type {ViewSwitcher} */
    this.stage = new ViewSwitcher(this);
    this.stage.add('compare', this.compare);
    this.stage.show();
    later(() => {
      this.tour = new Tour(this, byId('tour'), byId('tour-open', HTMLButtonElement));
      this.compare.buildRest();
      this.large = largeView(this);
      this.tellBuild();
    });
    await this.chooseModel(this.state.model);
    this.missOwn(location.hash);
  }

  // ---- building

  buildPad() {
    /** @type {Pad} */
    this.pad = new Pad({
      host: byId('pad'),
      canvas: byId('pad-canvas', HTMLCanvasElement),
      hint: byId('pad-hint'),
      status: byId('pad-status'),
      changed: (drawing) => this.drawn(drawing),
      full: () =>
        this.notices.show('The drawing is full', {
          detail: 'Undo or clear it to draw on.',
          kind: 'info',
        }),
    });
    const { image, strokes } = this.state;
    this.pad.begin(strokes, image && { grey: image, note: '' });
    byId('undo').addEventListener('click', () => this.pad.undo());
    byId('clear').addEventListener('click', () => this.pad.clear());
    later(() => sampleSheet(byId('samples'), (sample) => this.pad.replace(sample.strokes)));
    this.seen();
  }

  /** What nothing else waits for. */
  buildRest() {
    this.files = new Files({
      models: this.models,
      notices: this.notices,
      adopted: (model) => this.useModel(model),
      picked: (grey, note) => this.adoptImage(grey, note),
    });
    this.listen();
  }

  async tellBuild() {
    try {
      const relaxed = (await this.models.build()) === 'relaxed-simd';
      byId('build').textContent = `Runs the ${relaxed ? 'relaxed ' : ''}SIMD build.`;
    } catch {
      // The maps say what is wrong.
    }
  }

  listen() {
    byId('copy-link').addEventListener('click', () => this.address.copy());
    const { notices } = this;
    new Embed({ button: byId('embed', HTMLButtonElement), notices, shown: () => embedding(this) });
    one('.skip').addEventListener('click', (event) => {
      event.preventDefault();
      byId('maps').focus();
    });
    addEventListener('keydown', (event) => this.press(event));
    let width = innerWidth;
    addEventListener('resize', () => {
      if (innerWidth !== width) this.redraw();
      width = innerWidth;
    });
    if (globalThis.IntersectionObserver) {
      new IntersectionObserver(([entry]) => {
        byId('mini').hidden = entry.isIntersecting || entry.boundingClientRect.top > 0;
      }).observe(one('.answer'));
    }
  }

  press(event) {
    const at = event.target instanceof Element ? event.target : document.body;
    if (at.closest('input, select, textarea, dialog')) return;
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'z') {
      event.preventDefault();
      this.pad.undo();
      return;
    }
    if (!at.closest('#pad, #bars') || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!/^[0-9]$/.test(event.key)) return;
    if (Number(event.key) < (this.subject.loaded?.labels.length ?? 0)) {
      this.settings.choose(Number(event.key), () => this.submit());
    }
  }

  // ---- model

  async chooseModel(id) {
    this.loading += 1;
    const turn = this.loading;
    this.modelSwitch.busy(true);
    try {
      const model = await this.models.get(id);
      if (turn === this.loading) this.useModel(model);
    } catch (error) {
      if (turn !== this.loading) return;
      this.modelSwitch.busy(false);
      this.notices.error('The network could not be loaded', error);
      if (!this.subject.loaded) this.compare.fail('No network');
    }
  }

  useModel(model) {
    this.loading += 1;
    this.jobs.reset();
    this.subject.loaded = model;
    this.subject.answer = null;
    this.subject.answered = null;
    this.state.model = model.id;
    // Another one that is still being loaded is no longer wanted.
    this.modelSwitch.busy(false);
    this.modelSwitch.show(model);
    this.settings.setLabels(model.labels);
    this.reading.setLabels(model.labels);
    this.compare.setControls();
    if (model.id === 'own') this.stage.forget('networks');
    this.submit();
  }

  setRange(range) {
    this.subject.model.range = range;
    this.submit();
  }

  /** Reads the outputs of the visitor's network in another way. */
  async setActivation(word) {
    this.loading += 1;
    const turn = this.loading;
    const { model } = this.subject;
    try {
      const other = await model.reread?.(word || undefined);
      if (!other) return;
      if (turn !== this.loading) return other.release();
      other.range = model.range;
      this.models.keep(other, (own) => this.useModel(own));
    } catch (error) {
      this.modelSwitch.busy(false);
      this.modelSwitch.show(model);
      this.notices.error('Its outputs cannot be read so', error);
    }
  }

  // ---- state to request

  /** Drawing or image changed. */
  drawn({ strokes, image }) {
    Object.assign(this.state, { strokes, image: image?.grey ?? null });
    setText(byId('image-note'), image?.note ?? '');
    this.subject.read();
    this.seen();
    this.submit();
  }

  /** Another image instead of the drawing: 784 grey values 0 to 255, and what was done to it. */
  adoptImage(grey, note = '') {
    this.pad.replace([], { grey, note });
  }

  seen() {
    const { pixels, empty } = this.subject;
    drawGrey(byId('seen'), pixels, SIDE, 112);
    drawGrey(byId('mini-seen'), pixels, SIDE, 28);
    byId('seen').setAttribute(
      'aria-label',
      empty
        ? 'What the network sees: an empty image'
        : 'What the network sees: your digit, centred in 28 by 28 pixels',
    );
    const { image } = this.state;
    const hint = image ? (empty ? 'a blank image' : 'an image, not a drawing') : 'draw a digit';
    setText(byId('pad-hint'), hint);
    byId('undo', HTMLButtonElement).disabled = this.pad.history.length === 0;
    byId('clear', HTMLButtonElement).disabled = empty && !image;
  }

  /** A method's entry, of the catalogue or of the controls. */
  entry(name) {
    const entry = this.compare.catalogue.get(name);
    if (!entry) throw new Error(`there is no method ${name}`);
    return entry;
  }

  /** The key of what is asked of the present example, network, class and rival. */
  key(parts = {}) {
    return requestKey({ ...this.subject.question, ...parts });
  }

  submit() {
    this.address.keep();
    if (!this.subject.loaded) return;
    document.body.dataset.request = this.key();
    this.stage.ask();
    this.reading.ask();
  }

  // ---- the style

  /** How maps are to be drawn. */
  style() {
    const theme = currentTheme();
    const { normalisation, outline } = this.state;
    return { palette: palette(this.state.palette, theme), normalisation, outline };
  }

  viewChanged() {
    const { answer } = this.subject;
    this.settings.show(answer ? this.subject.label(answer.top) : null);
    this.address.keep();
    this.redraw();
  }

  redraw() {
    this.pad.draw();
    this.words();
    this.stage?.draw();
  }

  words() {
    const { words } = palette(this.state.palette);
    setText(byId('word-for'), words[0]);
    setText(byId('word-against'), words[1]);
    document.documentElement.dataset.palette = this.state.palette;
  }

  // ---- address

  /** Says so where a link was made with a network of the visitor's own: that is not in it. */
  missOwn(hash) {
    if (!/[#&]m=own(&|$)/.test(hash) || this.state.model === 'own') return;
    this.notices.show('This link was made with another network', {
      detail: `Somebody’s own, which no link holds. What you see is what the network “${this.subject.model.title}” says; to see the other’s answer, open its file.`,
      kind: 'note',
    });
  }

  /** @param {Partial<import('./state.js').State>} part */
  restore({ strokes, image, model, ...rest }) {
    // What a link leaves out has its usual value, not that of the page before it.
    const { model: present } = this.state;
    Object.assign(this.state, codec.complete({ model: model ?? present, ...rest }));
    if (image) this.adoptImage(image);
    else if (strokes) this.pad.replace(strokes);
    if (this.subject.loaded) this.settings.setLabels(this.subject.loaded.labels);
    this.redraw();
    if (!this.stage) return;
    this.large?.dialog.close();
    this.compare.compose();
    this.stage.renew();
    this.chooseModel(this.state.model).then(() => this.missOwn(location.hash));
  }

  /** A part of a state, perhaps with another network, and a drawing: a station of the tour. Resolves once its view is there. */
  visit({ model = this.state.model, ...part }, strokes) {
    Object.assign(this.state, part);
    this.compare.compose();
    const shown = this.stage.show();
    this.pad.replace(strokes);
    if (model !== this.state.model) this.chooseModel(model);
    return shown;
  }
}

new DigitsPage().start();
