// The command line on the page's own input, to hold the page's numbers against.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A float32 array of one axis as a .npy file. */
function npy(values) {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${values.length},), }`;
  const padded = `${header.padEnd(117)}\n`;
  const head = Buffer.from(`\x93NUMPY\x01\x00\x76\x00${padded}`, 'latin1');
  return Buffer.concat([head, Buffer.from(Float32Array.from(values).buffer)]);
}

/** `heatlens explain` as an object. @param {object} parameters of the method, and `target`, `against` */
export function explainByCli(model, input, method, { target, against, ...parameters }) {
  const folder = mkdtempSync(join(tmpdir(), 'heatlens-'));
  try {
    const [x, out] = [join(folder, 'x.npy'), join(folder, 'out.json')];
    writeFileSync(x, npy(input));
    const set = Object.entries(parameters)
      .filter(([, value]) => value !== '')
      .flatMap(([name, value]) => ['--set', `${name}=${value}`]);
    execFileSync(
      'cargo',
      [
        ...['run', '--quiet', '--', 'explain', `www/models/${model}`, '--input', x],
        ...['--method', method, '--target', String(target)],
        ...(against === undefined ? [] : ['--against', String(against)]),
        ...[...set, '--out', out],
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    return JSON.parse(readFileSync(out, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
