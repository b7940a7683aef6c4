// The package as npm ships it, installed into an empty project.
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PACKAGE = fileURLToPath(new URL('../../pkg', import.meta.url));

/**
 * Packs the package into a folder and installs it there, from the tarball alone.
 * @param {string} folder an empty one
 * @returns {Promise<string[]>} the files in the tarball
 */
export async function install(folder) {
  const pack = ['pack', '--json', '--pack-destination', folder];
  const { stdout } = await run('npm', pack, { cwd: PACKAGE });
  const [{ filename, files }] = JSON.parse(stdout);
  await mkdir(join(folder, 'src'), { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const quiet = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  await run('npm', ['install', ...quiet, `./${filename}`], { cwd: folder });
  return files.map(({ path }) => path).sort();
}
