// The picture to take away: field, drawing, title and legend, as PNG or SVG.

import { svg } from '../kit/page/dom.js';
import { scaleBar } from '../kit/export/figure.js';
import { save } from '../kit/export/save.js';
import { format } from '../kit/page/numbers.js';
import { problem } from './problem.js';

const INK = '#1d1c1a';
const FOOT = 110;
const BAR = 240;

/** The lines of a plate with their looks as attributes, for a file that has no style sheet. */
function lines(plate) {
  const group = plate.svg.cloneNode(true);
  group.querySelector('.cursor')?.remove();
  for (const node of group.querySelectorAll('line')) node.setAttribute('stroke', INK);
  for (const node of group.querySelectorAll('text, polygon, .lines circle'))
    node.setAttribute('fill', INK);
  for (const node of group.querySelectorAll('text')) node.setAttribute('font-family', 'sans-serif');
  for (const node of group.querySelectorAll('.cross-out')) {
    node.setAttribute('fill', 'none');
    node.setAttribute('stroke', INK);
  }
  for (const node of group.querySelectorAll('.veil'))
    node.setAttribute('fill', 'rgb(255 255 255 / 0.6)');
  return [...group.children];
}

/** The whole picture as an SVG element; without the field, that of the lines alone. */
function picture(plate, { title, rule, isSigned, ends }, withField) {
  const { width, height, style } = plate;
  const node = svg('svg', {
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height: height + FOOT,
    viewBox: `0 0 ${width} ${height + FOOT}`,
  });
  if (withField) {
    node.append(svg('rect', { width, height: height + FOOT, fill: '#ffffff' }));
    node.append(
      svg('image', {
        href: plate.canvas.toDataURL('image/png'),
        width,
        height,
        preserveAspectRatio: 'none',
      }),
    );
  }
  node.append(...lines(plate));
  const text = (x, y, words, anchor = 'start') =>
    node.append(
      svg('text', {
        x,
        y,
        fill: INK,
        'font-family': 'sans-serif',
        'font-size': 13,
        'text-anchor': anchor,
        text: words,
      }),
    );
  text(12, height + 22, title);
  node.append(...scaleBar(style.palette, isSigned, { x: 12, y: height + 34, width: BAR }));
  text(12, height + 58, isSigned ? format(-style.vmax) : '0');
  if (isSigned) text(12 + BAR / 2, height + 58, '0', 'middle');
  text(12 + BAR, height + 58, format(style.vmax), 'end');
  if (isSigned) {
    text(12, height + 74, ends[0]);
    text(12 + BAR, height + 74, ends[1], 'end');
  }
  text(12, height + 94, `${rule} · heatlens`);
  return new XMLSerializer().serializeToString(node);
}

export function saveSvg(plate, words, name) {
  save(`${name}.svg`, new Blob([picture(plate, words, true)], { type: 'image/svg+xml' }));
}

export async function savePng(plate, words, name) {
  const url = URL.createObjectURL(
    new Blob([picture(plate, words, false)], { type: 'image/svg+xml' }),
  );
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = 2 * plate.width;
    canvas.height = 2 * (plate.height + FOOT);
    const context = canvas.getContext('2d');
    if (!context) throw problem('E_CANVAS', 'This browser cannot draw; SVG may still work.');
    context.fillStyle = '#ffffff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(plate.canvas, 0, 0, 2 * plate.width, 2 * plate.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, 'image/png'));
    if (!blob) throw problem('E_CANVAS', 'The browser made no PNG of it; SVG may still work.');
    save(`${name}.png`, blob);
  } finally {
    URL.revokeObjectURL(url);
  }
}
