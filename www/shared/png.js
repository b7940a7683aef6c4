// A heatmap as a picture to take away: never without its legend.

import { drawBar } from './legend.js';
import { format } from './numbers.js';

const MAP = 448;
const MARGIN = 32;
const INK = '#1d1c1a';
const SERIF = '"Iowan Old Style", Palatino, Georgia, "Liberation Serif", serif';
const SANS = 'system-ui, "Liberation Sans", sans-serif';

function wrap(context, text, width) {
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = `${lines[lines.length - 1]} ${word}`.trim();
    if (context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Draws a card's map, title, legend and caption; null where canvas is missing. */
export function cardPicture(card, caption) {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (!context || !card.explanation || !card.view) return null;
  const map = document.createElement('canvas');
  const scale = card.view.shared ?? card.ownScale(card.view.norm);
  card.paint(map, card.view, scale, MAP / Math.max(1, globalThis.devicePixelRatio || 1));
  context.font = `14px ${SANS}`;
  const words = [
    card.sum.textContent,
    ...(card.sets ? [...card.sets.children].map((row) => row.textContent) : []),
    caption,
  ];
  const lines = words.filter(Boolean).flatMap((text) => wrap(context, text, MAP));
  canvas.width = MAP + 2 * MARGIN;
  canvas.height = MAP + 150 + 20 * lines.length;
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = INK;
  context.font = `24px ${SERIF}`;
  context.fillText(card.entry.title, MARGIN, 44);
  context.imageSmoothingEnabled = false;
  context.drawImage(map, MARGIN, 60, MAP, MAP);
  context.font = `14px ${SANS}`;
  let y = 60 + MAP + 16;
  if (!card.sets) {
    const bar = document.createElement('canvas');
    drawBar(bar, card.view.map, card.explanation.signed, MAP, 10);
    context.drawImage(bar, MARGIN, y, MAP, 10);
    y += 28;
    const { signed } = card.explanation;
    context.fillText(signed ? format(-scale.value) : '0', MARGIN, y);
    context.textAlign = 'center';
    if (signed) context.fillText('0', MARGIN + MAP / 2, y);
    context.textAlign = 'right';
    context.fillText((signed ? '+' : '') + format(scale.value), MARGIN + MAP, y);
    context.textAlign = 'left';
    y += 22;
    context.fillText(scale.rule, MARGIN, y);
  }
  for (const line of lines) {
    y += 22;
    context.fillText(line, MARGIN, y);
  }
  return canvas;
}

export function savePng(card, caption) {
  cardPicture(card, caption)?.toBlob((blob) => {
    if (!blob) return;
    const address = URL.createObjectURL(blob);
    const link = document.createElement('a');
    link.href = address;
    link.download = `heatlens-${card.entry.name}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }, 'image/png');
}
