// The networks, each in a quick worker that keeps up with typing, and in those for slow work.

import { Models as KitModels } from '../kit/engine/models.js';
import { MODELS } from './networks.js';

export class Models extends KitModels {
  /** Where the words of a text begin and end. */
  spans(text) {
    return this.runtimes.quick.tokenize(text);
  }

  /** @param {string} id @param {'quick'|'slow'} lane */
  get(id, lane) {
    return this.once(`${lane}/${id}`, async () => {
      const url = new URL(MODELS[id].file, document.baseURI);
      const model = await this.runtimes[lane].load(url);
      if (model.info.vocabulary !== null) return model;
      model.dispose();
      throw Object.assign(new Error(`${url.pathname} takes no texts`), { code: 'E_INPUT' });
    });
  }
}
