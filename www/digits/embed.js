// What the page shows, as <heat-lens> shows it.

import { fetchBytes } from '../kit/engine/fetch.js';
import { writeNpy } from '../kit/engine/npy.js';
import { encodeStrokes } from '../kit/pad/stroke-code.js';
import { story } from './export.js';
import { SHIPPED } from './models.js';

/** The parameters that differ from the catalogue's own, by method. */
function optionsOf({ parameters }, methods) {
  const plain = (values) =>
    Object.fromEntries(Object.entries(values).filter(([, value]) => !ArrayBuffer.isView(value)));
  const chosen = methods.map((name) => [name, plain(parameters.chosen(name))]);
  return Object.fromEntries(chosen.filter(([, values]) => Object.keys(values).length > 0));
}

/**
 * @param {import('./main.js').Page} page
 * @returns {import('../kit/page/embed.js').Shown | null} null: no map answers the present question
 */
export function embedding(page) {
  const { subject, state, catalogue, address } = page;
  if (!subject.known) return null;
  const cards = [...page.compare.board.cards.values()].filter(
    (card) => card.isCurrent && card.view,
  );
  // Those of the page's own, such as chance, no package has.
  const methods = cards.map(({ entry }) => entry.name).filter((name) => catalogue.has(name));
  if (methods.length === 0) return null;
  const { model } = subject;
  const options = optionsOf(page, methods);
  const isDrawn = state.image === null;
  const explanation = cards[0].explanation;
  return {
    title: `Why ${subject.label(subject.explained)}?`,
    file: SHIPPED[model.id]?.file.split('/').at(-1) ?? '',
    bytes: () => bytesOf(model.source()),
    take: story(page, cards, []),
    link: address.link(),
    attributes: {
      method: methods.join(),
      target: state.target === 'top' ? null : String(explanation?.target ?? ''),
      against: explanation?.against === null ? null : String(explanation?.against ?? ''),
      options: Object.keys(options).length > 0 ? JSON.stringify(options) : null,
      strokes: isDrawn ? encodeStrokes(state.strokes) : null,
      input: isDrawn ? null : '#heatlens-input',
      pad: true,
      controls: true,
      palette: state.palette,
      normalisation: state.normalisation,
    },
    data: isDrawn
      ? undefined
      : { 'heatlens-input': writeNpy(subject.input(), model.info.inputs[0].shape) },
  };
}

/** @param {any} source an address, or the bytes of the visitor's own file @returns {Promise<ArrayBuffer>} */
const bytesOf = async (source) => (source instanceof URL ? fetchBytes(source) : source);
