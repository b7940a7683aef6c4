// docs/elements.md and elements.d.ts against the code: attributes, properties and parts of every element.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { HeatElement } from '../../www/kit/elements/element.js';
import { ReadElement } from '../../www/kit/elements/reading.js';
import { RelevanceElement } from '../../www/kit/elements/relevance.js';
import * as elements from '../../www/kit/elements.js';

const docs = readFileSync('docs/elements.md', 'utf8');
const types = readFileSync('pkg/elements.d.ts', 'utf8');
const kinds = Object.values(elements).filter((kind) => kind.prototype instanceof HeatElement);
const tagOf = ({ tag }) => (tag.includes('-') ? tag : `heat-${tag}`);
const camel = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

/** The text below a heading. */
function section(heading) {
  const found = docs.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  assert.ok(found, `docs/elements.md has no section ${heading}`);
  return found;
}

/** Rows of a section's table of attributes (with their reading) or properties. */
function rows(text, head) {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${head} |`));
  if (start < 0) return [];
  const out = [];
  for (let at = start + 2; lines[at]?.startsWith('|'); at += 1)
    out.push(
      lines[at]
        .split('|')
        .slice(1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
  return out;
}

const own = (kind, list) => {
  const base = Object.getPrototypeOf(kind);
  const more = Object.keys(list(kind)).filter((name) => !Object.hasOwn(list(base), name));
  return Object.fromEntries(more.map((name) => [name, list(kind)[name]]));
};
const attributes = ({ attributes }) => attributes;
const properties = ({ properties }) => Object.fromEntries(properties.map((name) => [name, true]));

const sections = [
  ['All that draw relevance', RelevanceElement],
  ['Drawings that are read one by one', ReadElement],
  ...kinds.map((kind) => [`\`<${tagOf(kind)}>\``, kind]),
];

test('all elements are documented', () => {
  assert.ok(kinds.length >= 11);
  assert.equal(docs.match(/^## /gm).length, sections.length);
});

for (const [heading, kind] of sections)
  test(`${heading}: attributes and properties`, () => {
    const text = section(heading);
    const said = rows(text, 'attribute').map(([name, how]) => [name, how]);
    assert.deepEqual(Object.fromEntries(said), own(kind, attributes));
    const named = rows(text, 'property').map(([name]) => name);
    assert.deepEqual(named.sort(), Object.keys(own(kind, properties)).sort());
  });

test('parts are those of the code', () => {
  const folders = ['www/kit/elements', 'www/kit/drawings', 'www/kit/lens'];
  const inCode = new Set();
  for (const folder of folders)
    for (const name of readdirSync(folder))
      for (const [, part] of readFileSync(`${folder}/${name}`, 'utf8').matchAll(
        /\bpart(?:: |\('[a-z]+', )'([a-z -]+)'/g,
      ))
        inCode.add(part);
  // The pad is no element of its own.
  for (const part of ['pad', 'tool', 'tools']) inCode.delete(part);
  // Names that are put together: both sides of a matrix.
  inCode.add('rows').add('columns');
  const said = new Set(
    [...docs.matchAll(/^Parts: (.*)\.$/gm)].flatMap(([, list]) =>
      list.replaceAll('`', '').split(', '),
    ),
  );
  assert.deepEqual([...said].sort(), [...inCode].sort());
});

test('custom properties are those of the code', () => {
  const inCode = new Set();
  for (const folder of ['www/kit/elements', 'www/kit/lens'])
    for (const name of readdirSync(folder))
      for (const [property] of readFileSync(`${folder}/${name}`, 'utf8').matchAll(
        /--heat-[a-z-]+/g,
      ))
        inCode.add(property);
  const said = new Set(docs.match(/--heat-[a-z-]+/g));
  assert.deepEqual([...said].sort(), [...inCode].sort());
});

test('elements.d.ts has every attribute and every tag', () => {
  for (const kind of kinds) {
    const declared = new Map();
    const read = (name) => {
      const [, base, body] =
        new RegExp(`class ${name} extends (\\w+) \\{([^]*?)\\n\\}`).exec(types) ?? [];
      assert.ok(body, `elements.d.ts has no class ${name}`);
      for (const [, property] of body.matchAll(/^ {2}(?:readonly )?(\w+)[:(]/gm))
        declared.set(property, name);
      if (base !== 'HTMLElement') read(base);
    };
    read(kind.name);
    const missing = Object.keys(kind.attributes)
      .map(camel)
      .filter((name) => !declared.has(name));
    assert.deepEqual(missing, [], kind.name);
    assert.match(types, new RegExp(`'${tagOf(kind)}': ${kind.name};`));
  }
});
