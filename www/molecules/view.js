// The answer and its picture: verdict, colours, legend, numbers in words, and whether to believe it.

import { palette } from '../kit/color/colors.js';
import { byId, el, setText } from '../kit/page/dom.js';
import { HeatLegend } from '../kit/elements/legend.js';
import { HeatMolecule } from '../kit/elements/molecule.js';
import { create } from '../kit/elements/registry.js';
import { remarks } from '../kit/page/remarks.js';
import { currentTheme } from '../kit/page/theme.js';
import { vmaxOf } from '../kit/color/scale.js';
import { exportMaps } from './export.js';
import { drawn } from './methods.js';
import { MODELS } from './models.js';
import { symbols, verdict } from './words.js';
import { worth } from './worth.js';

const SIZE = { width: '720', height: '460' };
const RULE = 'Full colour: the largest number of this picture.';
const UNSIGNED = 'How much the score hangs on it, whether for or against.';

/**
 * How a picture is coloured.
 * @param {ArrayLike<number> | null} values @param {string} colours a palette's name @param {boolean} [isSigned]
 */
export function style(values, colours, isSigned = true) {
  const { vmax, rule } = values ? vmaxOf(values, 'max') : { vmax: 0, rule: '' };
  return {
    vmax,
    symbols: rule,
    rule: vmax > 0 ? [RULE, isSigned ? '' : UNSIGNED].filter(Boolean).join(' ') : rule,
    palette: palette(colours, currentTheme()),
  };
}

/**
 * A result, or that there is none, in properties of <heat-molecule>.
 * @param {{ explanation: any, values: Float32Array } | null} result @param {ReturnType<typeof style>} look
 */
export const shown = (result, look) => ({
  explanation: drawn(result),
  scale: look,
  colors: look.palette,
});

export class View {
  /** @param {import('./main.js').Page} page */
  constructor(page) {
    this.page = page;
    this.plate = create(HeatMolecule, { ...SIZE, legend: 'none', readout: 'none', strikable: '' });
    this.plate.addEventListener('strike', (/** @type {any} */ { detail }) =>
      page.toggle(detail.atom),
    );
    this.plate.addEventListener('point', (/** @type {any} */ { detail: { index } }) => {
      if (index !== null) setText(byId('readout'), this.plate.wordsAt(index));
    });
    byId('plate').replaceChildren(this.plate);
    this.legend = create(HeatLegend, { class: 'legend' });
    byId('legend').replaceChildren(this.legend.node);
    byId('save').replaceChildren(
      'Save ',
      exportMaps(page, () => this.maps()),
    );
  }

  /** What is there to save. */
  maps() {
    const { state, result } = this.page;
    const { method: name, of } = result ?? state;
    const look = style(result?.values ?? null, state.palette, result?.explanation.signed);
    const { title } = this.page.described(name, of);
    return [{ name, title, plate: this.plate, result, of, look }];
  }

  /** Where the explanation is shown. */
  get shows() {
    return [this.plate, this.legend.node, byId('sum'), byId('summary')];
  }

  /** The colours in the words of the introduction. */
  name() {
    const { state } = this.page;
    document.documentElement.dataset.palette = state.palette;
    const { words } = palette(state.palette);
    setText(byId('word-for'), words[0]);
    setText(byId('word-against'), words[1]);
    setText(byId('word-towards'), `“${MODELS[state.model].towards}”`);
  }

  draw() {
    this.name();
    const { state, result, toxicophores } = this.page;
    const { structure } = state;
    if (!structure) return;
    const hasThem = MODELS[state.model].toxicophores;
    const look = style(result?.values ?? null, state.palette, result?.explanation.signed);
    const { method, of } = result ?? state;
    Object.assign(this.plate, {
      structure,
      removed: state.removed,
      outlined: hasThem && state.outlined ? toxicophores.map(({ atoms }) => atoms) : [],
      of,
      label: this.page.described(method, of).title,
      ...shown(result, look),
    });
    if (result) this.explained(result, look);
    else {
      delete this.plate.dataset.ready;
      this.legend.clear();
      for (const id of ['sum', 'summary']) setText(byId(id), '');
    }
    this.answered();
    byId('restore').hidden = state.removed.size === 0;
    byId('outlined-label').hidden = !hasThem;
    const names = [...new Set(toxicophores.map(({ name }) => name))];
    const found =
      names.length > 0 ? `Known toxicophores: ${names.join(', ')}` : 'No known toxicophore';
    setText(byId('toxicophores'), hasThem ? found : '');
  }

  /** @param {any} result @param {ReturnType<typeof style>} look */
  explained(result, look) {
    const { page } = this;
    const { explanation, values, model, method, of } = result;
    this.plate.dataset.ready = `${model}/${method}/${of}`;
    const { ends, towards } = MODELS[model];
    this.legend.show({ ...look, values, isSigned: explanation.signed, ends });
    const patent = method === 'lrp' ? 'LRP is the subject of US patent 9,558,550.' : '';
    const { title, summary } = page.described(method, of);
    setText(
      byId('summary'),
      [`${title}: ${summary}`, patent, remarks(explanation)].filter(Boolean).join(' '),
    );
    setText(byId('sum'), symbols(explanation, { ...look, towards }));
  }

  /** The answer, and whether to believe it. */
  answered() {
    const { state, answer, example } = this.page;
    const { structure, removed } = state;
    setText(byId('verdict'), answer ? verdict(answer) : '…');
    const items = answer && structure ? worth(answer, structure, example, removed.size) : [];
    byId('worth').replaceChildren(
      ...items.map(({ text, source, kind }) => {
        const link = source
          ? [' (', el('a', { href: source.href, rel: 'noopener', text: source.words }), ').']
          : [];
        return el('li', { 'data-kind': kind }, text, ...link);
      }),
    );
  }
}
