import { el, setText } from '../../kit/page/dom.js';
import { format } from '../../kit/page/numbers.js';
import { Waiting } from '../../kit/page/waiting.js';
import { requestKey, settle } from '../../kit/engine/request.js';
import { left } from './collection.js';
import { button, part, table } from '../parts.js';
import { preprocess } from '../../kit/pad/preprocess.js';
import { SAMPLES } from '../input/samples.js';

const TAU = 0.7;
const SETS = 3; // most per drawing
const USUAL = 4; // the digit of the lecture

/** The middle of a list of numbers. */
function median(list) {
  const sorted = [...list].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/**
 * Sufficient input subsets of several drawings of one digit, in both networks, and what each network makes of the
 * other's.
 */
export class Several {
  /** @param {import('../main.js').Page} page @param {{id: string, title: string}[]} networks two of them */
  constructor(page, networks) {
    this.page = page;
    this.networks = networks;
    this.turn = 0;
    this.status = el('p', { class: 'result', role: 'status' });
    this.host = el('div');
    this.waiting = new Waiting(() => {
      this.forget();
      setText(this.status, 'Stopped.');
    });
    this.go = button('Search', () => this.search());
    this.node = part(
      'Several of one digit',
      `Sufficient input subsets (τ = ${TAU}, at most ${SETS} a drawing) of the three drawings of this page of the digit in question, or of a ${USUAL}. Does one network take the other’s for enough? A toy of the lecture’s figure, which takes all MNIST images of a 4.`,
      this.go,
      this.waiting.node,
      this.status,
      this.host,
      el('p', {
        class: 'fine',
        text: 'For comparison, a quote and not measured here: for MNIST’s 4s at τ = 0.7 the notebooks of Carter et al. (github.com/b-carter/SufficientInputSubsets) print, for the convolutional network’s subsets in the fully connected one, mean 0.028, largest 0.411, share at τ or more 0.000; the other way round 0.311, 0.972 and 0.038.',
      }),
    );
  }

  /** The digit in question, if it is one, or a 4. */
  digit() {
    const { explained } = this.page.subject;
    return explained !== null && explained < 10 ? explained : USUAL;
  }

  /** What was found of another digit than that in question goes, and so does a search for it. */
  ask() {
    const { known, empty } = this.page.subject;
    if ((!known && !empty) || this.digit() === this.searched) return;
    this.forget();
  }

  forget() {
    this.searched = null;
    this.turn += 1;
    for (const { id } of this.networks) this.page.jobs.drop(`view several ${id}`);
    this.waiting.end();
    this.go.disabled = false;
    setText(this.status, '');
    this.host.replaceChildren();
  }

  /** What is shown from now on is of this digit, whatever is drawn. */
  begin(digit) {
    this.searched = digit;
    settle([this.status, this.host], requestKey({ digit }));
  }

  async search() {
    const { models, jobs } = this.page;
    const digit = this.digit();
    this.begin(digit);
    const drawings = SAMPLES.filter((sample) => sample.digit === digit).map(
      ({ strokes }) => preprocess(strokes).pixels,
    );
    this.turn += 1;
    const { turn } = this;
    this.go.disabled = true;
    const found = new Map();
    this.host.replaceChildren();
    const shares = new Map();
    const tell = (id, share) => {
      shares.set(id, share);
      const sum = [...shares.values()].reduce((a, b) => a + b, 0);
      this.waiting.tell(sum / this.networks.length);
    };
    const failed = (error) => {
      if (turn !== this.turn) return;
      this.waiting.end();
      this.go.disabled = false;
      setText(this.status, error.message);
    };
    try {
      for (const { id } of this.networks) {
        const model = await models.get(id);
        if (turn !== this.turn) return;
        const [low, high] = model.range;
        const inputs = drawings.map((ink) => ink.map((value) => low + value * (high - low)));
        jobs.ask(`view several ${id}`, {
          model,
          slow: true,
          work: (worker, call) => this.sets(worker, call, { inputs, digit, low, tell, id }),
          done: (sets) => {
            found.set(id, sets);
            if (found.size === this.networks.length && digit === this.searched)
              this.show(found, digit, turn).catch(failed);
          },
          failed,
        });
      }
    } catch (error) {
      failed(error);
    }
  }

  async sets(worker, call, { inputs, digit, low, tell, id }) {
    const options = { method: 'sis', target: digit, threshold: TAU, sets: SETS, mask: low };
    const found = [];
    for (const [k, input] of inputs.entries()) {
      const onProgress = ({ loaded, total }) => tell(id, (k + loaded / total) / inputs.length);
      const { sis } = await worker.explain(input, options, { ...call, onProgress });
      for (const { features } of sis.sets)
        found.push({ count: features.length, input: left(input, new Set(features), low) });
    }
    return found;
  }

  /** @param {Map<string, any>} found the sets by network */
  async show(found, digit, turn) {
    const rows = [];
    for (const [i, { id, title }] of this.networks.entries()) {
      const other = this.networks[1 - i];
      const sets = found.get(id);
      const model = await this.page.models.get(other.id);
      const scores = [];
      for (const { input } of sets) {
        const { probabilities } = await model.quick.predict(input);
        scores.push(probabilities?.[digit] ?? NaN);
      }
      const mean = scores.reduce((a, b) => a + b, 0) / scores.length;
      const enough = scores.filter((score) => score >= TAU).length;
      rows.push([
        title,
        String(sets.length),
        sets.length > 0 ? format(median(sets.map(({ count }) => count))) : '–',
        ...(sets.length > 0
          ? [mean.toFixed(3), Math.max(...scores).toFixed(3), `${enough} of ${sets.length}`]
          : ['–', '–', '–']),
      ]);
    }
    if (turn !== this.turn) return;
    this.waiting.end();
    this.go.disabled = false;
    setText(this.status, `Three drawings of a ${digit}.`);
    this.host.replaceChildren(
      table(
        `Subsets of each network for a ${digit}, and what the other gives them for it`,
        ['subsets of', 'found', 'median pixels', 'mean f in the other', 'largest', '≥ τ'],
        rows,
      ),
    );
  }
}
