// A host of the site in a folder of its own, in two versions.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { test as base } from './fixtures.mjs';
import { HEADERS, TYPES, listen } from '../../scripts/serve.mjs';

export const BASE = '/heatlens/';
export const NAMED = /-[0-9a-f]{10}[./]/;
/** What may be asked for by a name that stays. */
export const STABLE = /^(?:.*\/)?(?:index\.html)?$|^sw\.js$|^offline\.json$/;

export const files = (folder) =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [
        `${entry.parentPath}/${entry.name}`.slice(folder.length + 1),
        readFileSync(`${entry.parentPath}/${entry.name}`),
      ]),
  );

export const V1 = files('dist/site');
export const LIST = JSON.parse(V1.get('offline.json').toString());
export const PAGES = Object.keys(LIST.pages);
export const sha256 = (bytes, form) => createHash('sha256').update(bytes).digest(form);

/** Another version of the site: every script, style, page and module is another, and so is every name made by content. The
 * service worker is the same, as it is from build to build. */
export function version(name) {
  const renamed = (text) =>
    text.replace(
      /-([0-9a-f]{10})(?=[./])/g,
      (_, hash) => `-${sha256(hash + name, 'hex').slice(0, 10)}`,
    );
  const changed = (path, bytes) => {
    const text = () => renamed(bytes.toString());
    if (/\.(js|css)$/.test(path)) return Buffer.from(`${text()}\n/* ${name} */`);
    if (path.endsWith('.html'))
      return Buffer.from(
        text().replace('<title>', `<meta name="version" content="${name}"><title>`),
      );
    // A custom section: its number, its length, its name with length.
    if (path.endsWith('.wasm')) return Buffer.concat([bytes, Buffer.from([0, 3, 2, 0x76, 0x32])]);
    return bytes;
  };
  const site = new Map([...V1].map(([path, bytes]) => [renamed(path), changed(path, bytes)]));
  const list = JSON.parse(renamed(JSON.stringify(LIST)));
  for (const path of Object.keys(list.files)) {
    const bytes = site.get(path in list.pages ? `${path}index.html` : path);
    list.files[path] = { bytes: bytes.length, integrity: `sha256-${sha256(bytes, 'base64')}` };
  }
  site.set('sw.js', V1.get('sw.js'));
  site.set('offline.json', Buffer.from(JSON.stringify({ ...list, version: name })));
  return site;
}

/** A host: `site` is what it serves, `asked` what it was asked for; `answer` may answer in its place, `down` cuts all off. */
export class Host {
  site = V1;
  asked = [];
  down = false;
  /** @type {(path: string, response: any) => boolean} */
  answer = () => false;

  async start() {
    this.server = createServer((request, response) => this.serve(request, response));
    this.port = await listen(this.server, Number(process.env.HEATLENS_TEST_PORT ?? 8377) + 20);
    this.url = `http://127.0.0.1:${this.port}${BASE}`;
  }

  serve(request, response) {
    if (this.down) return request.socket.destroy();
    const { pathname } = new URL(request.url, 'http://x');
    const send = (status, type, bytes) =>
      response.writeHead(status, { ...HEADERS, 'content-type': type }).end(bytes);
    if (!pathname.startsWith(BASE))
      return send(
        200,
        'text/html',
        '<!doctype html><title>other</title><link rel="icon" href="data:,">',
      );
    const path = pathname.slice(BASE.length);
    this.asked.push(path);
    if (this.answer(path, response)) return;
    const file = path.replace(/(^|\/)$/, '$1index.html');
    const bytes = this.site.get(file);
    if (bytes) send(200, TYPES.get(file.slice(file.lastIndexOf('.'))), bytes);
    else send(404, 'text/html', '<!doctype html><h1>404</h1>');
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

export const test = base.extend({
  // eslint-disable-next-line no-empty-pattern
  host: async ({}, use) => {
    const host = new Host();
    await host.start();
    await use(host);
    host.stop();
  },
});
