// The text explained for two or three classes, for one against another, and by the other network: what is asked, and where it is shown.

import { byId, setText } from '../kit/page/dom.js';
import { settle } from '../kit/engine/request.js';
import { fullName } from './class-names.js';
import { itself, options, sampled, twice } from './methods.js';
import { other } from './networks.js';
import { Panel } from './panel.js';

export const PANELS = ['first', 'second', 'third'];

export class Explanations {
  /** @param {import('./main.js').Page} page */
  constructor(page) {
    this.page = page;
    const how = {
      labels: page.labels.map(fullName),
      strike: (word) => page.strike(word),
    };
    this.all = PANELS.map(
      (title, k) =>
        new Panel({
          ...how,
          title,
          choose: (_, index) => page.choose(k, index),
          stop: () => this.stop(title),
        }),
    );
    this.pair = new Panel({
      ...how,
      pair: true,
      title: 'comparison',
      choose: (which, index) => page.choosePair(which, index),
      stop: () => this.stop('pair'),
    });
    byId('pair').replaceChildren(this.pair.node);
    this.third = byId('third', HTMLButtonElement);
    this.third.addEventListener('click', () => {
      const { chosen } = page.state;
      page.state.chosen = chosen.length > 2 ? chosen.slice(0, 2) : [...chosen, null];
      page.results.delete('third');
      page.queue.drop('third');
      page.explain();
    });
  }

  /** The panels of the classes that are shown. */
  get panels() {
    return this.all.slice(0, this.page.state.chosen.length);
  }

  /** Puts in as many as there are. */
  lay() {
    const { panels } = this;
    const host = byId('panels');
    if (host.children.length !== panels.length)
      host.replaceChildren(...panels.map(({ node }) => node));
    host.classList.toggle('panels-two', panels.length === 2);
    const count = panels.length > 2 ? 'three' : 'two';
    setText(byId('panels-title'), `One text, ${count} classes`);
    setText(this.third, panels.length > 2 ? 'Leave the third class out' : 'Add a third class');
  }

  panel(name) {
    return name === 'pair' ? this.pair : this.all[PANELS.indexOf(name)];
  }

  /** What stands there is no longer what is asked for. */
  stale() {
    for (const panel of [...this.all, this.pair]) panel.stale();
  }

  /** Work that takes too long. */
  stop(name) {
    this.page.queue.drop(name);
    this.panel(name).clear();
    this.panel(name).say('Stopped. Another class, method or text starts it again.');
    if (name === 'first')
      this.page.deletion.failed(new Error('There is no explanation to follow.'));
  }

  /** The classes of the panels: chosen, or the likeliest that are left. @param {import('./main.js').ReadText} reading */
  classesNow({ shares }) {
    const { labels, state } = this.page;
    const order = labels.map((_, i) => i).sort((a, b) => shares[b] - shares[a]);
    const left = order.filter((index) => !state.chosen.includes(index));
    let next = 0;
    return state.chosen.map((index) => index ?? left[next++]);
  }

  /** @param {import('./main.js').ReadText} reading @returns {[number, number]} */
  pairNow(reading) {
    const [a, b] = this.page.state.pair ?? this.classesNow(reading);
    return [a, b];
  }

  /** Where an explanation is shown. */
  shows(name) {
    const { editor, state, versus } = this.page;
    if (name === 'other') return versus.shows(other(state.model));
    const first = [editor.behind, ...versus.shows(state.model)];
    return [...this.panel(name).shows, ...(name === 'first' ? first : [])];
  }

  /**
   * What is asked of the text, for one class or one against another.
   * @param {number} target @param {number | null} [against]
   */
  question(target, against = null) {
    const { model, method, fill } = this.page.state;
    return [model, method, fill, target, against].join('/');
  }

  /** Asks for all that is not there yet. @param {import('./main.js').ReadText} reading */
  ask(reading) {
    const { page } = this;
    const classes = this.classesNow(reading);
    const { model } = page.state;
    this.lay();
    classes.forEach((target, k) => this.askOne(PANELS[k], reading, model, target));
    this.askOne('pair', reading, model, ...this.pairNow(reading));
    this.askOne('other', reading, other(model), classes[0]);
  }

  /**
   * @param {string} name @param {import('./main.js').ReadText} reading @param {string} id of a network
   * @param {number} target @param {number | null} [against]
   */
  askOne(name, reading, id, target, against = null) {
    const { page } = this;
    const { queue, results, state } = page;
    const entry = page.entry;
    const { text, struck } = reading;
    const old = results.get(name);
    if (old && old.target === target && old.against === against) return;
    results.delete(name);
    this.panel(name)?.wait('');
    const key = page.key(id, { target, against });
    const shows = this.shows(name);
    if (name === 'first') page.deletion.expect(key);
    if (target === against) {
      queue.drop(name);
      results.set(name, itself(entry, reading, target));
      settle(shows, key);
      return;
    }
    const asked = {
      ...options(entry, state, id, reading.tokenFeatures.length),
      target,
      against,
      maskedTokens: [...struck],
    };
    queue.ask(name, {
      model: id,
      slow: !entry.quick,
      key,
      shows,
      work: (loaded, call) => {
        page.hashes.set(id, loaded.info.hash);
        if (sampled(entry)) return twice(loaded, text, asked, call);
        return loaded.explainText(text, asked, call);
      },
    });
  }

  /** @param {import('./main.js').ReadText} reading @param {(names: string[]) => import('./panel.js').Style} style */
  draw(reading, style) {
    const { results } = this.page;
    this.lay();
    const classes = this.classesNow(reading);
    const shared = style(PANELS);
    this.panels.forEach((panel, k) => {
      panel.choose(classes[k]);
      panel.draw(reading, results.get(PANELS[k]) ?? null, shared, this.question(classes[k]));
    });
    const [a, b] = this.pairNow(reading);
    this.pair.choose(a, b);
    this.pair.draw(reading, results.get('pair') ?? null, style(['pair']), this.question(a, b));
  }
}
