import { byId, el, uniqueId } from '../../kit/page/dom.js';

/**
 * The ways to look at a digit, in the order of the buttons and in their groups; each is a file that runs when it is first
 * shown. `rival`: what a view, or a part of it, does without a class to compare with.
 */
/** @typedef {{ id: string, title: string, load?: () => Promise<any>, rival?: string }} Way */
/** @type {{ title: string, views: Way[] }[]} */
const GROUPS = [
  {
    title: 'Why',
    views: [
      { id: 'compare', title: 'Compare' },
      { id: 'contrast', title: 'For and against', load: () => import('./contrast.js') },
      {
        id: 'subsets',
        title: 'Sufficient input subsets',
        load: () => import('./subsets.js'),
        rival: 'does not count here: a subset is enough for one class, whatever the others.',
      },
      { id: 'knobs', title: 'Parameters', load: () => import('./parameters-view.js') },
    ],
  },
  {
    title: 'Check it',
    views: [
      { id: 'proof', title: 'Pixel flipping', load: () => import('./pixel-flipping.js') },
      {
        id: 'limits',
        title: 'Sanity checks',
        load: () => import('./limits.js'),
        rival: 'does not count here: the checks ask about one class.',
      },
    ],
  },
  {
    title: 'Look inside',
    views: [
      { id: 'layers', title: 'Layer by layer', load: () => import('./layers.js') },
      { id: 'images', title: 'Activation maximisation', load: () => import('./images.js') },
      {
        id: 'networks',
        title: 'Two networks',
        load: () => import('./networks.js'),
        rival: 'counts for the maps; a subset is enough for one class, whatever the others.',
      },
    ],
  },
];
export const VIEWS = GROUPS.flatMap(({ views }) => views);

/**
 * Shows one view at a time. A view has a `node`, asks for what it shows in `ask()` whenever the subject
 * changed, and draws what it has in `draw()` whenever the colours did.
 */
export class ViewSwitcher {
  /** @param {import('../main.js').Page} page */
  constructor(page) {
    this.page = page;
    this.host = byId('stage');
    this.views = new Map();
    this.buttons = new Map();
    this.turn = 0;
    byId('stations').replaceChildren(...GROUPS.map((group) => this.group(group)));
  }

  group({ title, views }) {
    const heading = uniqueId('ways');
    const buttons = views.map((each) => {
      const button = el('button', { type: 'button', text: each.title, 'data-view': each.id });
      button.addEventListener('click', () => this.choose(each.id));
      this.buttons.set(each.id, button);
      return button;
    });
    return el(
      'div',
      { class: 'station-group', role: 'group', 'aria-labelledby': heading },
      el('span', { class: 'label', id: heading, text: title }),
      ...buttons,
    );
  }

  get id() {
    return this.page.state.view;
  }

  get view() {
    return this.views.get(this.id) ?? null;
  }

  add(id, view) {
    this.views.set(id, view);
    if (!view.node.isConnected) this.host.append(view.node);
  }

  async choose(id) {
    this.page.state.view = id;
    this.page.address.keep();
    await this.show();
  }

  /** Shows the view that the state names. */
  async show() {
    this.turn += 1;
    const { turn, id } = this;
    for (const [each, button] of this.buttons)
      if (each === id) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
    const load = VIEWS.find((each) => each.id === id)?.load;
    if (load && !this.views.has(id)) {
      try {
        const { View } = await load();
        if (!this.views.has(id)) this.add(id, new View(this.page));
      } catch (error) {
        this.page.notices.error('This part of the page could not be loaded', error);
        return;
      }
    }
    if (turn !== this.turn) return;
    for (const [each, view] of this.views) view.node.hidden = each !== id;
    this.ask();
    this.draw();
  }

  /** Builds the views anew: what they keep of the address is now another's. */
  renew() {
    for (const [id, view] of this.views) {
      if (id === 'compare') continue;
      view.node.remove();
      this.views.delete(id);
    }
    return this.show();
  }

  /** Builds one view anew: what it is made of has changed. */
  forget(id) {
    this.views.get(id)?.node.remove();
    if (this.views.delete(id) && id === this.id) this.show();
  }

  ask() {
    if (!this.page.subject.loaded) return;
    this.tellRival();
    try {
      this.view?.ask();
    } catch (error) {
      // The rest of the page goes on without this view.
      this.page.notices.error('This view could not be shown', error);
    }
  }

  /** Says where the class to compare with does not count. */
  tellRival() {
    const { state, subject } = this.page;
    const words = VIEWS.find(({ id }) => id === this.id)?.rival;
    const note = byId('rival-note');
    note.hidden = state.against === null || !words;
    if (!note.hidden) note.textContent = `“And not ${subject.label(state.against)}” ${words}`;
  }

  draw() {
    this.view?.draw();
  }
}
