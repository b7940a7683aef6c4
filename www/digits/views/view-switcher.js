import { byId, el } from '../../kit/page/dom.js';

/** The ways to look at a digit, in the order of the buttons; each is a file that runs when it is first shown. */
export const VIEWS = [
  { id: 'compare', title: 'Compare' },
  { id: 'contrast', title: 'For and against', load: () => import('./contrast.js') },
  { id: 'layers', title: 'Layer by layer', load: () => import('./layers.js') },
  { id: 'knobs', title: 'Parameters', load: () => import('./parameters-view.js') },
  { id: 'proof', title: 'Pixel flipping', load: () => import('./pixel-flipping.js') },
  { id: 'subsets', title: 'Sufficient input subsets', load: () => import('./subsets.js') },
  { id: 'limits', title: 'Sanity checks', load: () => import('./limits.js') },
  { id: 'images', title: 'Activation maximisation', load: () => import('./images.js') },
  { id: 'networks', title: 'Two networks', load: () => import('./networks.js') },
];

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
    for (const { id, title } of VIEWS) {
      const button = el('button', { type: 'button', text: title, 'data-view': id });
      button.addEventListener('click', () => this.choose(id));
      this.buttons.set(id, button);
    }
    byId('stations').replaceChildren(...this.buttons.values());
    byId('stations').hidden = VIEWS.length < 2;
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

  ask() {
    if (!this.page.subject.loaded) return;
    try {
      this.view?.ask();
    } catch (error) {
      // The rest of the page goes on without this view.
      this.page.notices.error('This view could not be shown', error);
    }
  }

  draw() {
    this.view?.draw();
  }
}
