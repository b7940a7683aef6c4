// Pixel flipping over many digits: the figure that scripts/aopc.mjs makes, and what its own numbers say.

import { el, svg } from '../../kit/page/dom.js';
import { format, signed } from '../../kit/page/numbers.js';
import { drawPlot, plotKey } from '../../kit/elements/plot.js';
import { button, part, table } from '../parts.js';

/** Beside the page: in one bundle with all views, a module's own address is that of the bundle. */
const FIGURE = 'aopc.json';
const CONTROLS = ['random', 'segmentation'];

/**
 * @typedef {{ mean: number, low: number, high: number }} Interval
 * @typedef {{ method: string, minusRandom: Interval, lrpMinus: Interval }} Curve
 */

const interval = ({ mean, low, high }) =>
  `${signed(mean)} (95 % interval ${signed(low)} to ${signed(high)})`;
const listed = (words) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
const have = (names, one, more) => `${listed(names)} ${names.length === 1 ? one : more}`;

/**
 * What a network's numbers say: each claim only where the paired interval leaves 0 out.
 * @param {{curves: Curve[]}} model of the figure @param {(name: string) => string} title
 */
export function remarks({ curves }, title) {
  const methods = curves.filter(({ method }) => !CONTROLS.includes(method));
  const names = (list) => list.map(({ method }) => title(method));
  const lrp = curves.find(({ method }) => method === 'lrp');
  const below = methods.filter(({ minusRandom }) => minusRandom.high < 0);
  const unclear = methods.filter(({ minusRandom: { low, high } }) => low <= 0 && high >= 0);
  const above = methods.filter(({ lrpMinus }) => lrpMinus.high < 0);
  const equal = methods.filter(
    (each) => each !== lrp && each.lrpMinus.low <= 0 && each.lrpMinus.high >= 0,
  );
  const out = lrp
    ? [`${title('lrp')} less random, digit by digit: ${interval(lrp.minusRandom)}.`]
    : [];
  if (below.length > 0)
    out.push(
      `${have(names(below), 'does', 'do')} worse than random: ${below.map((each) => interval(each.minusRandom)).join('; ')}.`,
    );
  if (unclear.length > 0)
    out.push(`${have(names(unclear), 'is', 'are')} not told apart from random.`);
  if (above.length > 0)
    out.push(`${have(names(above), 'ranks', 'rank')} these pixels better than ${title('lrp')}.`);
  if (equal.length > 0)
    out.push(`${have(names(equal), 'is', 'are')} not told apart from ${title('lrp')}.`);
  return out;
}

/** What is drawn, of how many, made by what. */
export function made({ command, data, examples, steps, block, fill, score, order }) {
  return `Drawn is the mean ${score} of the predicted class over ${examples} digits (${data}), ${order}, in blocks of ${block} × ${block} pixel${block === 1 ? '' : 's'}, ${steps} steps, each filled with ${fill}. Random is one order a digit. Made by ${command}.`;
}

export class Many {
  /** @param {(name: string) => string} title of a method */
  constructor(title) {
    this.title = title;
    this.blocks = el('div', { class: 'many' });
    this.made = el('p', { class: 'fine' });
    this.node = part(
      'Over many digits',
      'One digit proves little. The command line did the same on test digits of the MNIST database; the tables give the mean with its standard error, and the difference from random, digit by digit, with its 95 % interval.',
      this.blocks,
      this.made,
    );
    this.load();
  }

  async load() {
    try {
      const answer = await fetch(new URL(FIGURE, document.baseURI));
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      this.show(await answer.json());
    } catch (/** @type {any} */ error) {
      this.blocks.replaceChildren(
        el('p', { class: 'fine', text: `The figure could not be loaded (${error.message}). ` }),
        button('Try again', () => this.load()),
      );
    }
  }

  show(figure) {
    const blocks = figure.models.map((model) => this.block(model, figure));
    this.blocks.replaceChildren(...blocks);
    this.made.textContent = made(figure);
  }

  block(model, { examples, steps }) {
    const plot = svg('svg', { class: 'plot' });
    const series = model.curves.map(({ method, curve }) => ({
      name: this.title(method),
      values: curve,
    }));
    drawPlot(plot, {
      series,
      under: 'pixels blanked',
      beside: 'mean score',
      label: `${model.title} network: mean score of ${examples} digits while pixels are blanked`,
    });
    const key = el(
      'p',
      { class: 'plot-key' },
      ...plotKey(series).flatMap(({ line, name }) => [line, name]),
    );
    const rows = [...model.curves]
      .sort((a, b) => b.aopc.mean - a.aopc.mean)
      .map(({ method, aopc, minusRandom: { mean, low, high } }) => [
        this.title(method),
        `${signed(aopc.mean)} ± ${format(aopc.standardError, 2)}`,
        method === 'random' ? '' : `${signed(mean)} (${signed(low)} to ${signed(high)})`,
      ]);
    const caption = `${model.title} network (${model.hash}): AOPC over ${steps} pixels, ${examples} test digits`;
    return el(
      'div',
      { 'data-model': model.model },
      plot,
      key,
      table(caption, ['order', 'AOPC', 'less random'], rows),
      el('p', { class: 'fine', text: remarks(model, this.title).join(' ') }),
    );
  }
}
