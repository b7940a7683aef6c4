// The built site with its own headers, and beside it, under /test/, what tests of failures need.
import { createServer } from 'node:http';
import { HEADERS, sendFile } from '../../scripts/serve.mjs';

const SITE = 'dist/site';
const MODEL = 'www/models/digits-cnn.onnx';

const BLANK = '<!doctype html><title>blank</title><link rel="icon" href="data:,">';

/** Name below /test/ -> answer. */
const cases = {
  'blank.html': (_, response) => answer(response, 200, 'text/html; charset=utf-8', BLANK),
  'missing.onnx': (_, response) =>
    answer(response, 404, 'text/html', '<!doctype html><h1>404</h1>'),
  // As servers of single-page applications answer whatever they do not know.
  'spa.onnx': (_, response) => answer(response, 200, 'text/html', '<!doctype html><h1>Hi</h1>'),
  'untyped.onnx': (_, response) =>
    answer(response, 200, 'application/octet-stream', '<!doctype html><h1>Hi</h1>'),
  'text.onnx': async (request, response) => {
    // A model under a wrong type is a model none the less.
    const { readFile } = await import('node:fs/promises');
    answer(response, 200, 'text/plain', await readFile(MODEL));
  },
  'error.onnx': (_, response) => answer(response, 500, 'text/plain', 'oops'),
  'truncated.onnx': (_, response) => {
    response.writeHead(200, { ...HEADERS, 'content-length': 1000 });
    response.write('x'.repeat(500), () => response.destroy());
  },
  'huge.onnx': (_, response) => {
    response.writeHead(200, { ...HEADERS, 'content-length': 2 ** 30 });
    response.write('x');
  },
  // Larger than it may be, and does not say so.
  'endless.onnx': (_, response) => {
    response.writeHead(200, HEADERS);
    const chunk = Buffer.alloc(2 ** 20);
    const more = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', more);
    more();
  },
  'drip.onnx': (request, response) => {
    response.writeHead(200, HEADERS);
    const timer = setInterval(() => response.write('x'), 50);
    request.on('close', () => clearInterval(timer));
  },
};

function answer(response, status, type, body) {
  response.writeHead(status, { ...HEADERS, 'content-type': type }).end(body);
}

createServer(async (request, response) => {
  const path = new URL(request.url, 'http://x').pathname;
  const own = new Map(Object.entries(cases)).get(path.replace(/^\/test\//, ''));
  if (path.startsWith('/test/') && own) return own(request, response);
  // The site has its models under names that change with them.
  const model = path
    .replace('/test/model.onnx', '/test/models/digits-cnn.onnx')
    .split('/test/models')[1];
  if (model) request.url = model;
  if (!(await sendFile(model ? 'www/models' : SITE, request, response)))
    answer(response, 404, 'text/plain', 'not found');
}).listen(Number(process.argv[2] ?? 8377), '127.0.0.1');
