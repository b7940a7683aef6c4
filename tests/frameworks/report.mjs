// Writes what was last seen to docs/frameworks.md.
import { readFileSync, writeFileSync } from 'node:fs';

const { devDependencies } = JSON.parse(
  readFileSync(new URL('package.json', import.meta.url), 'utf8'),
);
const version = (text) => text.replace(/^npm:/, '');

export default class {
  rows = [];

  onTestEnd(test, { status }) {
    this.rows.push(`| ${test.title.replaceAll('|', '\\|')} | ${status} |`);
  }

  onEnd({ status }) {
    // A part of the tests says nothing of the rest.
    if (process.env.HEATLENS_PART || status === 'interrupted') return;
    const versions = Object.entries(devDependencies).map(([name, range]) => {
      const own = version(range);
      return own.includes('@') ? own.replace('@', ' ') : `${name} ${own}`;
    });
    writeFileSync(
      new URL('../../docs/frameworks.md', import.meta.url),
      '# Frameworks and bundlers\n\nWritten by `./build.sh frameworks`: what was last seen, with ' +
        `${versions.join(', ')}. The newest Vite and plain pages are part of \`./build.sh test\`.\n\n` +
        `| test | result |\n|---|---|\n${this.rows.join('\n')}\n`,
    );
  }
}
