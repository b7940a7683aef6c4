// What the pages share whose time to the first map is measured.

const networks = '../../networks/';

/** Fetches a file of the network, not from a cache. */
export async function download(name) {
  return (await fetch(networks + name, { cache: 'no-store' })).arrayBuffer();
}

/** An input; any will do. */
export const input = Float32Array.from({ length: 784 }, (_, i) => (i % 17) / 17);

/** Notes the time since navigation began, and the map, so that it can be checked. */
export function finish(map = []) {
  window.finished = { time: performance.now(), map: Array.from(map) };
}
