import { colorMap } from '../shared/colors.js';
import { byId, setText } from '../shared/dom.js';
import { drawGrey } from '../shared/heatmap.js';
import { Notices } from '../shared/notice.js';
import { clip, percent } from '../shared/numbers.js';
import { allowed } from '../shared/params.js';
import { hasSimd, SIMD_MESSAGE } from '../shared/simd.js';
import { startTheme } from '../shared/theme.js';
import { Address } from './address.js';
import { Board } from './board.js';
import { Details } from './details.js';
import { Explainer } from './explainer.js';
import { suited, unsuitable } from './groups.js';
import { ModelSwitch } from './model-switch.js';
import { Models } from './models.js';
import { OwnFile } from './own-file.js';
import { Pad } from './pad.js';
import { asShares, Prediction } from './prediction.js';
import { preprocess, SIDE } from './preprocess.js';
import { sampleSheet } from './sample-sheet.js';
import { SAMPLES } from './samples.js';
import { Settings } from './settings.js';
import { decodeState } from './state.js';

const FIRST_SAMPLE = SAMPLES.find((sample) => sample.digit === 3 && sample.hand === 0);

/** The page: state, request, picture. */
class DigitsPage {
  constructor() {
    this.state = {
      model: 'cnn',
      target: 'top',
      against: null,
      norm: 'max',
      map: 'red-blue',
      shared: true,
      outline: true,
      params: new Map(),
      strokes: FIRST_SAMPLE.strokes,
      ...decodeState(location.hash),
    };
    this.model = null; // the loaded model in use
    this.answer = null; // {probabilities, top}
    this.pixels = new Float32Array(SIDE * SIDE);
    this.empty = true;
    this.loading = 0;
    this.notices = new Notices(byId('notices'));
    this.address = new Address({
      state: this.state,
      notices: this.notices,
      found: (part) => this.restore(part),
    });
  }

  async start() {
    // First what takes longest: all below goes on beside it.
    if (hasSimd()) this.models = new Models(this.state.model);
    startTheme(byId('theme'), () => this.redraw());
    this.buildPad();
    if (!this.models) {
      this.notices.show('This browser cannot run the networks', {
        detail: SIMD_MESSAGE,
        code: 'E_NO_SIMD',
      });
      return;
    }
    this.explainer = new Explainer({
      prediction: (result, request) => this.predicted(result, request),
      explanation: (name, result, request) => this.explained(name, result, request),
      progress: (name, share) => this.board.get(name)?.wait(share),
      failure: (name, error) => this.failed(name, error),
    });
    this.settings = new Settings(this.state, {
      request: () => this.submit(),
      view: () => this.viewChanged(),
    });
    this.prediction = new Prediction({
      bars: byId('bars'),
      verdict: byId('verdict'),
      share: byId('verdict-share'),
      label: byId('verdict-label'),
      spoken: byId('spoken'),
      choose: (index) =>
        this.settings.choose(index === this.state.target ? 'top' : index, () => this.submit()),
    });
    this.details = new Details(byId('details'), {
      values: (name) => this.values(name),
      onParam: (...change) => this.setParam(...change),
      caption: () => this.caption(),
    });
    this.modelSwitch = new ModelSwitch({
      choose: (id) => this.chooseModel(id),
      ranged: (range) => this.setRange(range),
    });
    this.board = new Board({
      state: this.state,
      pixels: () => this.pixels,
      onParam: (...change) => this.setParam(...change),
      onDetails: (card) => this.details.open(card),
      drawn: () => this.details.draw(),
    });
    this.own = new OwnFile({
      models: this.models,
      notices: this.notices,
      adopted: (model) => this.useModel(model),
    });
    this.listen();
    this.redraw();
    try {
      const entries = await this.models.catalogue();
      this.catalogue = new Map(entries.map((entry) => [entry.name, entry]));
      this.board.build(this.catalogue);
    } catch (error) {
      this.notices.error('The explanations could not be started', error);
      return;
    }
    await this.chooseModel(this.state.model);
  }

  // ---- building

  buildPad() {
    this.pad = new Pad({
      host: byId('pad'),
      canvas: byId('pad-canvas'),
      hint: byId('pad-hint'),
      status: byId('pad-status'),
      changed: (strokes) => this.drawn(strokes),
      full: () =>
        this.notices.show('The drawing is full', {
          detail: 'Undo or clear it to draw on.',
          kind: 'info',
        }),
    });
    this.pad.strokes = this.state.strokes;
    byId('undo').addEventListener('click', () => this.pad.undo());
    byId('clear').addEventListener('click', () => this.pad.clear());
    sampleSheet(byId('samples'), (sample) => this.pad.replace(sample.strokes));
    this.drawn(this.state.strokes);
    this.pad.draw();
  }

  listen() {
    byId('copy-link').addEventListener('click', () => this.address.copy());
    document.querySelector('.skip').addEventListener('click', (event) => {
      event.preventDefault();
      byId('maps').focus();
    });
    addEventListener('keydown', (event) => this.key(event));
    let width = innerWidth;
    addEventListener('resize', () => {
      if (innerWidth !== width) this.redraw();
      width = innerWidth;
    });
    if (globalThis.IntersectionObserver) {
      new IntersectionObserver(([entry]) => {
        byId('mini').hidden = entry.isIntersecting || entry.boundingClientRect.top > 0;
      }).observe(document.querySelector('.answer'));
    }
  }

  key(event) {
    const typing =
      event.target instanceof Element && event.target.closest('input, select, textarea, dialog');
    if (typing) return;
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'z') {
      event.preventDefault();
      this.pad.undo();
      return;
    }
    const near = event.target instanceof Element && event.target.closest('#pad, #bars');
    if (!near || event.ctrlKey || event.metaKey || event.altKey || !/^[0-9]$/.test(event.key))
      return;
    if (this.model && Number(event.key) < this.model.labels.length) {
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
      this.notices.error('The network could not be loaded', error);
      for (const card of this.model ? [] : this.board.cards.values()) card.fail('No network');
    } finally {
      if (turn === this.loading) this.modelSwitch.busy(false);
    }
  }

  useModel(model) {
    this.loading += 1;
    this.explainer.reset();
    this.model = model;
    this.answer = null;
    this.state.model = model.id;
    this.modelSwitch.show(model);
    this.settings.setLabels(model.labels);
    this.prediction.setLabels(model.labels);
    for (const [name, card] of this.board.cards) card.setControls(this.values(name));
    this.submit();
  }

  setRange(range) {
    this.model.range = range;
    this.submit();
  }

  // ---- parameters

  /** What may be sent for a method beyond the catalogue's defaults. */
  chosen(name) {
    const entry = this.catalogue.get(name);
    const blank = this.model?.range[0] ?? 0;
    const out = this.model ? suited(name, this.model.info, blank) : {};
    for (const param of entry.params) {
      const value = allowed(param, this.state.params.get(`${name}.${param.name}`));
      if (value !== undefined) out[param.name] = value;
    }
    return out;
  }

  values(name) {
    const defaults = Object.fromEntries(
      this.catalogue.get(name).params.map((param) => [param.name, param.default]),
    );
    return { ...defaults, ...this.chosen(name) };
  }

  setParam(method, param, value) {
    this.state.params.set(`${method}.${param}`, value);
    if (this.model && !this.empty) this.ask(method, this.input());
    if (this.details.card) this.board.get(method).setControls(this.values(method));
    this.address.keep();
  }

  // ---- state to request

  drawn(strokes) {
    this.state.strokes = strokes;
    const { pixels, empty } = preprocess(strokes);
    this.pixels = pixels;
    this.empty = empty;
    drawGrey(byId('seen'), pixels, SIDE, 112);
    drawGrey(byId('mini-seen'), pixels, SIDE, 28);
    byId('seen').setAttribute(
      'aria-label',
      empty
        ? 'What the network sees: an empty image'
        : 'What the network sees: your digit, centred in 28 by 28 pixels',
    );
    byId('undo').disabled = this.pad.history.length === 0;
    byId('clear').disabled = strokes.length === 0;
    if (this.model) this.submit();
  }

  input() {
    const [low, high] = this.model.range;
    return this.pixels.map((value) => low + value * (high - low));
  }

  /** The rival class, unless it is the explained class itself. */
  rival() {
    const explained = this.state.target === 'top' ? this.answer?.top : this.state.target;
    return this.state.against === explained ? null : this.state.against;
  }

  submit() {
    this.address.keep();
    if (!this.model) return;
    if (this.empty) {
      this.showEmpty();
      return;
    }
    this.showAnswer();
    const input = this.input();
    this.explainer.predict(this.model, input, this.pixels);
    for (const name of this.board.names()) this.ask(name, input);
  }

  ask(name, input) {
    const card = this.board.get(name);
    const why = unsuitable(name, this.model.info);
    if (why) {
      card.fail(why);
      return;
    }
    const options = { method: name, target: this.state.target, ...this.chosen(name) };
    const rival = card.entry.contrast === 'none' ? null : this.rival();
    if (rival !== null) options.against = rival;
    this.explainer.explain(name, this.model, input, this.pixels, options, card.entry.quick);
  }

  showEmpty() {
    this.explainer.reset();
    this.answer = null;
    for (const card of this.board.cards.values()) card.fail('Draw a digit');
    this.showAnswer();
    this.details.draw();
  }

  // ---- result to picture

  predicted(result, request) {
    const rival = this.rival();
    const probabilities = asShares(result.probabilities);
    const finite = probabilities.every(Number.isFinite);
    let top = 0;
    probabilities.forEach((share, i) => {
      if (share > probabilities[top]) top = i;
    });
    this.answer = finite ? { probabilities, top } : null;
    this.showAnswer();
    if (rival !== this.rival())
      for (const name of this.board.names()) this.ask(name, request.input);
  }

  showAnswer() {
    const { answer, state } = this;
    const top = answer?.top ?? null;
    this.prediction.show({
      probabilities: answer?.probabilities ?? null,
      top,
      explained: state.target === 'top' ? top : state.target,
      against: this.rival(),
    });
    this.settings.show(top === null ? null : this.model.labels[top]);
    const label = top === null ? '' : clip(this.model.labels[top], 12);
    setText(
      byId('mini-text'),
      top === null ? 'Draw a digit' : `reads ${label}, ${percent(answer.probabilities[top])} %`,
    );
  }

  explained(name, explanation, request) {
    const card = this.board.get(name);
    if (!explanation.relevance.every(Number.isFinite)) {
      card.fail('The numbers are not finite', 'E_NOT_FINITE');
      return;
    }
    card.show(explanation, request.ink);
    this.board.draw(card);
  }

  failed(name, error) {
    if (name === 'predict') this.notices.error('The network could not read the drawing', error);
    else this.board.get(name).fail(error?.message ?? String(error), error?.code ?? '');
    this.details.draw();
  }

  viewChanged() {
    this.settings.show(this.answer ? this.model.labels[this.answer.top] : null);
    this.address.keep();
    this.redraw();
  }

  redraw() {
    this.pad.draw();
    const words = colorMap(this.state.map).words;
    setText(byId('word-for'), words[0]);
    setText(byId('word-against'), words[1]);
    document.documentElement.dataset.map = this.state.map;
    this.board?.redraw();
  }

  // ---- address

  caption() {
    const { model, state, answer } = this;
    const label = (index) => clip(model.labels[index], 16);
    const explained = state.target === 'top' ? (answer?.top ?? null) : state.target;
    const rival = this.rival();
    return `${clip(model.title, 40)} network, class ${explained === null ? '–' : label(explained)}${rival === null ? '' : ` against ${label(rival)}`}. heatlens`;
  }

  restore({ strokes, model, ...rest }) {
    Object.assign(this.state, { params: new Map() }, rest);
    if (strokes) this.pad.replace(strokes);
    if (this.model) this.settings.setLabels(this.model.labels);
    this.redraw();
    if (this.models) this.chooseModel(model ?? this.state.model);
  }
}

new DigitsPage().start();
