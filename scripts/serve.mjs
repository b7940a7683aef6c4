// A static server for the site: `node scripts/serve.mjs [folder] [port]`. Takes the next port if one
// is in use. Headers are as strict as a good host would set them, so that nothing needs more.
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const TYPES = new Map(
  Object.entries({
    '.css': 'text/css; charset=utf-8',
    '.html': 'text/html; charset=utf-8',
    '.ico': 'image/x-icon',
    '.js': 'text/javascript; charset=utf-8',
    '.json': 'application/json',
    '.mjs': 'text/javascript; charset=utf-8',
    '.onnx': 'application/octet-stream',
    '.png': 'image/png',
    '.svg': 'image/svg+xml',
    '.txt': 'text/plain; charset=utf-8',
    '.wasm': 'application/wasm',
    '.webp': 'image/webp',
  }),
);

export const HEADERS = {
  // Frames in a sandbox have an origin of their own; GitHub Pages and the like send this, too.
  'access-control-allow-origin': '*',
  'cache-control': 'no-cache',
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self' blob:",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "frame-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types heatlens',
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * Answers with a file of the folder; false if there is none.
 * @param {string} folder
 */
export async function sendFile(folder, request, response, headers = HEADERS) {
  const path = await locate(folder, request.url);
  if (!path) return false;
  const { size } = await stat(path);
  response.writeHead(200, {
    ...headers,
    'content-type': TYPES.get(extname(path)) ?? 'application/octet-stream',
    'content-length': size,
  });
  if (request.method === 'HEAD') response.end();
  else createReadStream(path).pipe(response);
  return true;
}

async function locate(folder, url) {
  try {
    const root = await realpath(folder);
    let path = await realpath(join(root, decodeURIComponent(new URL(url, 'http://x').pathname)));
    if ((await stat(path)).isDirectory()) path = await realpath(join(path, 'index.html'));
    return path.startsWith(root + sep) ? path : null;
  } catch {
    return null;
  }
}

/** Listens on the port, or on the next one that is free. */
export async function listen(server, port) {
  for (let candidate = port; ; candidate++) {
    const ok = await new Promise((done, fail) => {
      server.once('listening', () => done(true));
      server.once('error', (error) => {
        if (error.code === 'EADDRINUSE' && candidate < port + 100) done(false);
        else fail(error);
      });
      server.listen(candidate, '127.0.0.1');
    });
    server.removeAllListeners('listening');
    server.removeAllListeners('error');
    if (ok) return candidate;
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [folder = 'dist/site', port = '8080'] = process.argv.slice(2);
  const server = createServer(async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') response.writeHead(405).end();
    else if (!(await sendFile(folder, request, response))) {
      response.writeHead(404, { ...HEADERS, 'content-type': 'text/plain' }).end('not found\n');
    }
  });
  const address = `http://127.0.0.1:${await listen(server, Number(port))}/`;
  console.log(`heatlens is at ${address} (stop with Ctrl-C)`);
}
