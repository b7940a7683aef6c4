import { LimitError, ModelError, RequestError, abortReason } from './errors.js';
import { builtin } from './node.js';

/** Largest model file, in bytes. */
export const MAX_BYTES = 256 * 1024 * 1024;

/** @typedef {{ signal?: AbortSignal, onProgress?: import('./index.d.ts').ProgressListener }} Watch */

/**
 * The bytes of a model, wherever they are, in a buffer that nobody else holds.
 * @param {import('./index.d.ts').Source} source
 * @param {Watch} watch
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function readSource(source, watch = {}) {
  watch.signal?.throwIfAborted();
  const [bytes, name] = await open(source, watch);
  watch.signal?.throwIfAborted();
  refuseOtherFiles(bytes, name);
  return bytes;
}

/**
 * @param {import('./index.d.ts').Source} source
 * @param {Watch} watch
 * @returns {Promise<[Uint8Array<ArrayBuffer>, string]>}
 */
async function open(source, watch) {
  if (typeof source === 'string' || source instanceof URL) {
    const url = resolve(source);
    return [await fetchBytes(url, watch), url.href];
  }
  if (typeof Blob === 'function' && source instanceof Blob) {
    const name = /** @type {{ name?: string }} */ (source).name ?? 'the blob';
    checkSize(source.size, name);
    return [new Uint8Array(await source.arrayBuffer()), name];
  }
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    checkSize(source.byteLength, 'the buffer');
    const bytes = ArrayBuffer.isView(source)
      ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
      : new Uint8Array(source);
    return [bytes.slice(), 'the buffer'];
  }
  throw new RequestError(
    'E_REQUEST',
    'a model is loaded from a URL, a File or Blob, an ArrayBuffer or a typed array',
  );
}

/** @param {string | URL} source */
function resolve(source) {
  try {
    return new URL(source, globalThis.document?.baseURI ?? globalThis.location?.href);
  } catch {
    throw new RequestError('E_REQUEST', `'${source}' is not a valid URL`);
  }
}

/**
 * @param {URL} url
 * @param {Watch} watch
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function fetchBytes(url, { signal, onProgress }) {
  const files = url.protocol === 'file:' && builtin('node:fs/promises');
  if (files) {
    checkSize((await files.stat(url)).size, url.href);
    return new Uint8Array(await files.readFile(url, { signal }));
  }
  const response = await request(url, signal);
  const announced = Number(response.headers.get('content-length')) || 0;
  const type = response.headers.get('content-type') ?? '';
  try {
    checkSize(announced, url.href);
    if (/^text\/html\b/i.test(type)) throw notAModel(url.href, 'an HTML page');
  } catch (error) {
    response.body?.cancel().catch(() => {});
    throw error;
  }
  const reader = response.body?.getReader();
  const chunks = [];
  let loaded = 0;
  try {
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true };
      if (done || !value) break;
      chunks.push(value);
      loaded += value.length;
      checkSize(loaded, url.href);
      onProgress?.({ loaded, total: Math.max(announced, loaded), stage: 'download' });
    }
  } catch (error) {
    reader?.cancel().catch(() => {});
    if (signal?.aborted) throw abortReason(signal);
    if (error instanceof LimitError) throw error;
    throw new RequestError('E_FETCH', `${url.href}: the transfer broke off after ${loaded} bytes`);
  }
  const bytes = new Uint8Array(loaded);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/**
 * @param {URL} url
 * @param {AbortSignal} [signal]
 * @returns {Promise<Response>}
 */
export async function request(url, signal) {
  let response;
  try {
    response = await fetch(url, { signal });
  } catch (error) {
    if (signal?.aborted) throw abortReason(signal);
    throw new RequestError(
      'E_FETCH',
      `${url.href} cannot be fetched (offline, blocked, or not allowed from here): ${error}`,
    );
  }
  if (!response.ok) {
    response.body?.cancel().catch(() => {});
    const status = `${response.status} ${response.statusText}`.trim();
    throw new RequestError('E_FETCH', `${url.href}: the server answered ${status}`);
  }
  return response;
}

/**
 * @param {number} size
 * @param {string} name
 */
function checkSize(size, name) {
  if (size > MAX_BYTES) {
    throw new LimitError('E_LIMIT', `${name} has ${size} bytes, more than ${MAX_BYTES}`);
  }
}

/**
 * Names what is often served in place of a model; an ONNX file starts with a byte below 0x80 that is
 * no printable text.
 * @param {Uint8Array} bytes
 * @param {string} name
 */
function refuseOtherFiles(bytes, name) {
  const start = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart().toLowerCase();
  if (/^<(!doctype|html|\?xml|!--|head|body)/.test(start)) throw notAModel(name, 'an HTML page');
  if (start.startsWith('version https://git-lfs')) throw notAModel(name, 'a Git LFS pointer');
}

/**
 * @param {string} name
 * @param {string} what
 */
function notAModel(name, what) {
  return new ModelError('E_MALFORMED', `${name} is ${what}, not an ONNX model`);
}
