// heatlens's other build, with relaxed SIMD.
import * as heatlens from './heatlens.mjs';

export const name = 'heatlens relaxed';
export const { memoryBytes } = heatlens;

export const start = ({ relaxed }) => heatlens.start({ wasm: relaxed });

/** Only forward passes: what the aim is about. */
export const prepare = (network, task, batch, target) =>
  task === 'forward' ? heatlens.prepare(network, task, batch, target) : null;
