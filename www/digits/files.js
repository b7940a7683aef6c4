import { byId } from '../shared/dom.js';
import { clip } from '../shared/numbers.js';
import { ImageSheet, readIdx } from './image-file.js';
import { OwnFile } from './own-file.js';

const MODEL = /\.onnx$/i;
const IMAGES = /(idx[13]-ubyte|\.idx|\.gz)$|idx[13]/i;

/** Files that come by the button or are dropped anywhere: models, and images of the MNIST database. */
export class Files {
  /** @param {{models, notices, adopted: (model) => void, picked: (grey: Uint8Array) => void}} how */
  constructor({ models, notices, adopted, picked }) {
    this.notices = notices;
    this.models = new OwnFile({ models, notices, adopted });
    this.sheet = new ImageSheet({ picked });
    const input = byId('file');
    byId('choose-file').addEventListener('click', () => input.click());
    input.addEventListener('change', () => {
      this.open([...input.files]);
      input.value = '';
    });
    this.listenForDrops(byId('drop-veil'));
  }

  listenForDrops(veil) {
    const carriesFile = (event) => [...(event.dataTransfer?.types ?? [])].includes('Files');
    addEventListener('dragover', (event) => {
      if (!carriesFile(event)) return;
      event.preventDefault();
      veil.hidden = false;
    });
    addEventListener('dragleave', (event) => {
      if (event.relatedTarget === null) veil.hidden = true;
    });
    addEventListener('drop', (event) => {
      veil.hidden = true;
      if (!carriesFile(event)) return;
      event.preventDefault();
      this.open([...event.dataTransfer.files]);
    });
  }

  async open(files) {
    const images = files.filter(({ name }) => IMAGES.test(name) && !MODEL.test(name));
    const [model] = files.filter((file) => !images.includes(file));
    if (model) this.models.open(model);
    const read = await Promise.allSettled(images.map(readIdx));
    // Images before labels, in whatever order they came.
    const order = read
      .map((_, i) => i)
      .sort((a, b) => 'labels' in (read[a].value ?? {}) - ('labels' in (read[b].value ?? {})));
    for (const i of order) {
      try {
        if (read[i].status === 'rejected') throw read[i].reason;
        this.sheet.show(read[i].value);
      } catch (error) {
        this.notices.error(`${clip(images[i].name, 60)} cannot be used here`, error);
      }
    }
  }
}
