// What tests of embedding share, in whatever browser: hosts, pages, pictures, and the numbers that are expected.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';
import { load } from '../../pkg/dist/index.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDERS = {
  heatlens: 'pkg/dist',
  // The same at another address: a second copy on a page.
  copy: 'pkg/dist',
  models: 'www/models',
  golden: 'tests/golden',
  site: 'dist/site',
};
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
};

/** A grey picture as a PNG file. @param {number} side @param {(x: number, y: number) => number} grey 0 to 255 */
export function png(side, grey) {
  const rows = Buffer.alloc(side * (side + 1));
  for (let y = 0; y < side; y += 1)
    for (let x = 0; x < side; x += 1) rows[y * (side + 1) + 1 + x] = grey(x, y);
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const [length, sum] = [data.length, crc32(body)].map((number) => {
      const word = Buffer.alloc(4);
      word.writeUInt32BE(number);
      return word;
    });
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A 3 of two arcs, dark on light. @param {number} [side] */
export const three = (side = 112) =>
  png(side, (x, y) => {
    const [u, v] = [x / side, y / side];
    const isOn = [0.34, 0.64].some((middle) => {
      const [right, down] = [u - 0.46, v - middle];
      const isOpen = right < -0.02 && (middle < 0.5 ? down > -0.1 : down < 0.1);
      return Math.abs(Math.hypot(right, down) - 0.15) < 0.04 && !isOpen;
    });
    return isOn ? 10 : 250;
  });

/** Numbers as a .npy file. @param {ArrayLike<number>} values @param {number[]} shape */
export function npy(values, shape) {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const length = Math.ceil((header.length + 11) / 64) * 64 - 10;
  const head = Buffer.from(`\x93NUMPY\x01\x00__${header.padEnd(length - 1)}\n`, 'latin1');
  head.writeUInt16LE(length, 8);
  return Buffer.concat([head, Buffer.from(Float32Array.from(values).buffer)]);
}

/** A host on the loopback interface. What it answers otherwise than with its files is in `routes`, by path. */
export class Host {
  /** @type {Map<string, any>} an answer `{ body, type, status, headers }`, or what is called with request and response */
  routes = new Map([['/three.png', { body: three(), type: 'image/png' }]]);
  /** Headers of every answer. @type {Record<string, string>} */
  headers = {};
  /** Headers by the ending of a file's name. @type {Record<string, Record<string, string>>} */
  byType = {};
  /** Paths that were asked for, in order. @type {string[]} */
  asked = [];

  async open() {
    this.server = createServer((request, response) => this.#answer(request, response));
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', () => resolve(null)));
    this.origin = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** A page. @param {string} path @param {string} body @param {{ head?: string, headers?: Record<string, string> }} [more] */
  page(path, body, { head = '', headers = {} } = {}) {
    const html =
      '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">' +
      `<title>Test</title><link rel="icon" href="data:,">${head}<body>${body}</body></html>`;
    this.routes.set(path, { body: html, type: TYPES['.html'], headers });
    return this.origin + path;
  }

  async #answer(request, response) {
    const path = decodeURIComponent(new URL(request.url, 'http://host').pathname);
    this.asked.push(path);
    const own = this.routes.get(path);
    if (typeof own === 'function') return own(request, response);
    const kind = extname(path);
    const headers = { 'cache-control': 'no-store', ...this.headers, ...this.byType[kind] };
    const send = ({ body, type, status = 200, headers: more = {} }) =>
      response.writeHead(status, { 'content-type': type, ...headers, ...more }).end(body);
    if (own) return send(own);
    const [, folder, ...rest] = normalize(path).split('/');
    try {
      const file = join(ROOT, FOLDERS[folder], ...rest);
      const name = extname(file) ? file : join(file, 'index.html');
      const type = TYPES[extname(name)] ?? 'application/octet-stream';
      return send({ body: await readFile(name), type });
    } catch {
      return send({ body: '', type: 'text/plain', status: 404 });
    }
  }
}

/** What elements tell, from before any of them exists; `window.__said` has it. */
export function listen() {
  window.__said = [];
  for (const type of ['ready', 'explain', 'error'])
    addEventListener(type, (event) => {
      const { detail, target } = event;
      if (!detail || !(target instanceof HTMLElement)) return;
      const { explanation, code, message } = detail;
      window.__said.push({ type, id: target.id, code, message, target: explanation?.target });
    });
}

/** The tag that brings the elements. @param {Host} host */
export const tag = (host) =>
  `<script type="module" src="${host.origin}/heatlens/elements.js"></script>`;

/** A digit that is explained. @param {string} [attributes] */
export const digit = (attributes = '') =>
  `<heat-lens model="/models/digits-cnn.onnx" method="lrp" target="3" ${attributes}><img src="/three.png" alt="a handwritten 3" width="112" height="112"></heat-lens>`;

/** @type {Map<string, Promise<any>>} */
const models = new Map();

/** The explanation of what an element explains, computed in Node. @param {any} shown its JSON */
export async function reference({ input }, file, options) {
  if (!models.has(file))
    models.set(
      file,
      readFile(join(ROOT, file)).then((bytes) => load(bytes)),
    );
  const model = await models.get(file);
  return typeof input === 'string'
    ? model.explainText(input, options)
    : model.explain(Float32Array.from(input), options);
}
