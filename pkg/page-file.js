// One HTML file out of the page's template. The program writes the same (src/cli/page/markup.rs);
// tests/pkg/page.test.mjs compares them.

import { RequestError } from './errors.js';

/** @import { Fallback, PageParts, Still, StillWord } from './page-file.d.ts' */

const PLACES = /** @type {const} */ (['title', 'lens', 'data']);
/** Made and not written: this script may be inside the template. @param {string} name */
const marker = (name) => ['<!--heatlens', `${name}-->`].join(':');

/** @type {Record<string, string>} */
const REFERENCES = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  // A parser would make a line feed of it.
  '\r': '&#13;',
};

/** @param {string} text */
function escaped(text) {
  return String(text)
    .replace(/[&<>"'\r]/g, (letter) => REFERENCES[letter])
    .replace(/\0|\p{Surrogate}/gu, '\ufffd');
}

/** @param {Uint8Array} bytes */
function base64(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x6000)
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + 0x6000)));
  return text;
}

/** @param {Uint8Array} bytes */
async function deflated(bytes) {
  const whole = new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (bytes)]).stream();
  const packed = whole.pipeThrough(new CompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** @param {string} name */
function named(name) {
  if (/^[a-z][a-z-]*$/.test(name) && !/^(on|style$)/.test(name)) return name;
  throw new RequestError('E_REQUEST', `${JSON.stringify(name)} is no name for a part of a page`);
}

/** @param {string} type @param {Uint8Array} bytes @param {string} alt @param {string} style */
const image = (type, bytes, alt, style) =>
  `<img src="data:${escaped(type)};base64,${base64(bytes)}" alt="${escaped(alt)}" style="${style}">\n`;

/** @param {StillWord} word */
function word({ text, background, ink = '#111', underlined = false }) {
  if (!background) return escaped(text);
  const hex = background
    .map((byte) =>
      Number(byte & 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('');
  const line = underlined ? ';text-decoration:underline' : '';
  return `<span style="background:#${hex};color:${escaped(ink)}${line}">${escaped(text)}</span>`;
}

/** @param {Still} still */
function shown({ title, picture, words, legend }) {
  const body = picture
    ? image(
        picture.type,
        picture.bytes,
        picture.alt,
        'display:block;max-width:100%;image-rendering:pixelated',
      )
    : `<p dir="auto" style="white-space:pre-wrap;overflow-wrap:anywhere">${(words ?? []).map(word).join('')}</p>\n`;
  const ticks = legend?.ticks.map((tick) => `<span>${escaped(tick)}</span>`).join('');
  const scale = legend
    ? `${image('image/png', legend.picture, '', 'display:block;max-width:100%')}<p style="display:flex;justify-content:space-between;max-width:256px;margin:0">${ticks}</p>\n`
    : '';
  return `<div style="display:inline-block;vertical-align:top;max-width:100%;margin:0 1em 1em 0">\n<p><b>${escaped(title)}</b></p>\n${body}${scale}</div>\n`;
}

/** @param {Fallback} fallback */
function figure({ stills, caption }) {
  const lines = caption.map((line) => `<p>${escaped(line)}</p>\n`).join('');
  return `<figure style="margin:0">\n${stills.map(shown).join('')}<figcaption>\n${lines}</figcaption>\n</figure>\n`;
}

/** @param {PageParts} parts */
function lens({ attributes, fallback }) {
  const tag = Object.entries(attributes)
    .filter(([, value]) => value !== null && value !== undefined && value !== false)
    .map(
      ([name, value]) => ` ${named(name)}${value === true ? '' : `="${escaped(String(value))}"`}`,
    );
  return `<heat-lens${tag.join('')}>\n${figure(fallback)}</heat-lens>`;
}

/** @param {PageParts['data']} files */
async function scripts(files) {
  const each = Object.entries(files).map(async ([id, bytes]) => {
    const packed = base64(await deflated(bytes));
    return `<script type="text/plain" id="${named(id)}">${packed}</script>`;
  });
  return (await Promise.all(each)).join('\n');
}

/** @type {typeof import('./page-file.d.ts').fillPage} */
export async function fillPage(template, parts) {
  const made = {
    title: escaped(parts.title),
    lens: lens(parts),
    data: await scripts(parts.data),
  };
  const places = PLACES.map((name) => {
    const cut = template.split(marker(name));
    if (cut.length !== 2) {
      throw new RequestError(
        'E_REQUEST',
        `the template has ${cut.length - 1} times ${marker(name)}, which it must have once: it is no page of heatlens`,
      );
    }
    return { at: cut[0].length, end: cut[0].length + marker(name).length, part: made[name] };
  }).sort((a, b) => a.at - b.at);
  let [page, from] = ['', 0];
  for (const { at, end, part } of places) {
    page += template.slice(from, at) + part;
    from = end;
  }
  return page + template.slice(from);
}
