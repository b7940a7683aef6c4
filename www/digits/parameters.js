import { allowed } from '../kit/elements/params.js';
import { suited } from './groups.js';

/** The methods' parameters: what the visitor chose, what suits the network, the catalogue's defaults. */
export class Parameters {
  /** @param {import('./state.js').State} state with `params` @param {import('./subject.js').Subject} subject @param {Map<string, import('../pkg/index.js').MethodEntry>} catalogue */
  constructor(state, subject, catalogue) {
    this.state = state;
    this.subject = subject;
    this.catalogue = catalogue;
  }

  /** What may be sent for a method beyond the catalogue's defaults. */
  chosen(name) {
    const { loaded, blank } = this.subject;
    const entry = this.catalogue.get(name);
    const out = loaded ? suited(entry, loaded.info, blank) : {};
    for (const param of entry?.params ?? []) {
      const value = allowed(param, this.state.params.get(`${name}.${param.name}`));
      if (value !== undefined) out[param.name] = value;
    }
    return out;
  }

  values(name) {
    const defaults = Object.fromEntries(
      (this.catalogue.get(name)?.params ?? []).map((param) => [param.name, param.default]),
    );
    return { ...defaults, ...this.chosen(name) };
  }

  /**
   * Everything explain() takes for a method and the present class.
   * @returns {Record<string, any>}
   */
  options(name) {
    const { rival, target, model } = this.subject;
    /** @type {Record<string, any>} */
    const options = { method: name, target, ...this.chosen(name) };
    if (rival !== null && this.subject.explained !== null) {
      options.target = model.classes.target(this.subject.explained);
      options.against = model.classes.target(rival);
    }
    return options;
  }

  set(method, param, value) {
    this.state.params.set(`${method}.${param}`, value);
  }

  /** A number or word that a view keeps in the address; `fallback` unless `fits`. */
  kept(view, name, fallback, fits) {
    const value = this.state.params.get(`${view}.${name}`);
    return value !== undefined && fits(value) ? value : fallback;
  }
}
