// Runs a test program built for wasm32-wasip1: cargo calls it with the program and its arguments.
// The package's folder is the program's root directory, as it is for native tests; it also sees the
// folder of golden cases, if that is elsewhere, and the folder of test data, if there is one.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { WASI } from 'node:wasi';

// Node 20 takes relaxed SIMD only when asked to.
setFlagsFromString('--experimental-wasm-relaxed-simd');

const root = fileURLToPath(new URL('..', import.meta.url));
const [program, ...rest] = process.argv.slice(2);
const golden = process.env.HEATLENS_GOLDEN;
const env = golden ? { HEATLENS_GOLDEN: golden } : {};
const preopens = { '.': root, [root]: root, [root.replace(/\/$/, '')]: root };
if (golden && isAbsolute(golden)) preopens[resolve(golden)] = resolve(golden);
// Where tests that lack their data write their names.
const skipped = process.env.HEATLENS_SKIPPED;
if (skipped) {
  env.HEATLENS_SKIPPED = resolve(skipped);
  preopens[dirname(resolve(skipped))] = dirname(resolve(skipped));
}
const data = resolve(process.env.HEATLENS_DATA ?? `${root}../shared/data`);
if (existsSync(data)) {
  env.HEATLENS_DATA = data;
  env.HEATLENS_REQUIRE_DATA = process.env.HEATLENS_REQUIRE_DATA ?? '';
  preopens[data] = data;
}

const wasi = new WASI({ version: 'preview1', args: [program, ...rest], env, preopens });
const module = await WebAssembly.compile(await readFile(program));
// Node 20 crashes when wasm calls its system functions directly after memory has grown (V8's fast calls
// hold on to the old memory); through functions of JavaScript it does not.
const calls = Object.entries(wasi.getImportObject().wasi_snapshot_preview1);
const wrapped = calls.map(([name, call]) => [name, (...args) => call(...args)]);
const imports = { wasi_snapshot_preview1: Object.fromEntries(wrapped) };
const instance = await WebAssembly.instantiate(module, imports);
process.exitCode = 1;
process.exitCode = wasi.start(instance);
