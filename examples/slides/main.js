// The deck: reveal.js turns the slides, the elements explain, and figures in the text come from what they found.

import '../elements.js';
import { createRuntime } from '../pkg/index.js';
import Reveal from '../vendor/reveal.js';

/** @param {string} selector @returns {any[]} */
const all = (selector) => [...document.querySelectorAll(selector)];
const byId = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));

// ---- Figures in the text

const sumOf = (numbers) => numbers.reduce((sum, value) => sum + value, 0);

function cosine(a, b) {
  const dot = (a, b) => sumOf(Array.from(a, (value, i) => value * b[i]));
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

/** By `data-figure`, from the explanations that `data-of` names. @type {Record<string, (...of: any[]) => number>} */
const FIGURES = {
  score: ({ score }) => score,
  sum: ({ sum }) => sum,
  biases: ({ layers }) => sumOf(layers.map(({ bias }) => bias)),
  stabiliser: ({ layers }) => sumOf(layers.map(({ stabilizer }) => stabilizer)),
  total: ({ sum, layers }) => sum + sumOf(layers.map((each) => each.bias + each.stabilizer)),
  probability: ({ prediction }) => prediction.probabilities[0],
  cosine: (a, b) => cosine(a.relevance, b.relevance),
};

const inWords = (value) =>
  value
    .toFixed(2)
    .replace(/^-0\.00$/, '0.00')
    .replace('-', '−');

/** What an element shows; `id:method` is one of several. @param {string} name */
function explanationOf(name) {
  const [id, method] = name.split(':');
  const { explanation, explanations, prediction } = byId(id);
  const found = method ? explanations?.find((each) => each.method === method) : explanation;
  return found && { ...found, prediction };
}

function tell() {
  for (const place of all('[data-figure]')) {
    const found = place.dataset.of.split(' ').map(explanationOf);
    if (found.every(Boolean)) place.textContent = inWords(FIGURES[place.dataset.figure](...found));
  }
}

addEventListener('explain', ({ target }) => {
  // From here on the picture inside is no stand-in any more.
  if (target instanceof HTMLElement) target.dataset.explained = '';
  tell();
});

// ---- A network that forgot: numbers that are computed here, and drawn by <heat-map>

async function forget() {
  const lens = byId('opening');
  await lens.explain();
  const input = Float32Array.from(lens.toJSON().input);
  const address = new URL(lens.model, document.baseURI);
  const runtime = createRuntime({ worker: false });
  try {
    const trained = await runtime.load(address);
    const drawnAnew = await runtime.load(address, { randomize: { layers: 2 } });
    for (const map of all('heat-map')) {
      const model = map.id.endsWith('after') ? drawnAnew : trained;
      map.explanation = await model.explain(input, { method: map.dataset.method, target: 3 });
    }
  } finally {
    runtime.dispose();
  }
  tell();
}

/** A frame with its content in itself is loaded where it stands, hidden or not; so it stands in a template until then. */
function unfold() {
  for (const template of all('template')) template.replaceWith(template.content);
}

/** What is done once, when its slide is seen. @type {Record<string, () => void>} */
const LATER = { weights: forget, frame: unfold };

function waitForSlides() {
  for (const [id, run] of Object.entries(LATER)) {
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      run();
    });
    observer.observe(byId(id));
  }
}

// ---- Slides

/** On tall screens a slide is as wide as the screen, and scrolls: by keys, too, so it takes the focus. */
function size() {
  const width = Math.min(innerWidth, 560);
  const isTall = innerHeight > innerWidth;
  for (const slide of all('section'))
    if (isTall) slide.tabIndex = 0;
    else slide.removeAttribute('tabindex');
  return isTall
    ? { width, height: (width * innerHeight) / innerWidth, touch: false }
    : { width: 1280, height: 720, touch: true };
}

async function present() {
  const reveal = /** @type {HTMLElement} */ (document.querySelector('.reveal'));
  const deck = new Reveal(reveal, {
    ...size(),
    margin: 0,
    minScale: 0.1,
    maxScale: 4,
    center: false,
    display: 'flex',
    hash: true,
    // A phone turns slides, too; each scrolls by itself.
    scrollActivationWidth: 0,
    transition: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'none' : 'fade',
    // The page has buttons of its own; reveal.js finds them by their classes.
    controls: false,
    controlsTutorial: false,
    help: false,
  });
  const tellNumber = () => {
    byId('number').textContent = `${deck.getSlidePastCount() + 1} / ${deck.getTotalSlides()}`;
  };
  deck.on('slidechanged', tellNumber);
  await deck.initialize();
  // An application would have screen readers pass all keys on; these slides are texts to be read.
  reveal.removeAttribute('role');
  reveal.querySelector('.controls')?.remove();
  deck.addKeyBinding({ keyCode: 83, key: 'S', description: 'What to say' }, () =>
    deck.configure({ showNotes: !deck.getConfig().showNotes }),
  );
  addEventListener('resize', () => deck.configure(size()));
  tellNumber();
}

/** For paper all slides stand one below the other, and reveal.js is not asked. */
function layOut() {
  byId('paper').media = 'all';
  for (const frame of all('iframe')) frame.loading = 'eager';
}

if (/[?&]print-pdf\b/.test(location.search)) {
  for (const run of Object.values(LATER)) run();
  layOut();
} else {
  present();
  waitForSlides();
}
