// Networks on molecules leave the number of atoms open. The engine binds it when it reads the file, from
// an entry of the file's metadata, which has four digits so that another number fits in its place.

import { problem } from './problem.js';

const KEY = new TextEncoder().encode('heatlens.axis.atoms');
const DIGITS = 4;
const BETWEEN = 2; // tag and length of the value, behind the key

/** An ONNX file with its axis 'atoms' bound to `atoms`. */
export function sized(bytes, atoms) {
  const out = new Uint8Array(bytes.slice(0));
  let at = -1;
  do {
    at = out.indexOf(KEY[0], at + 1);
  } while (at >= 0 && !KEY.every((letter, i) => out[at + i] === letter));
  const value = at + KEY.length + BETWEEN;
  if (at < 0 || out[value - 1] !== DIGITS)
    throw problem('E_MODEL', 'The network has no axis of atoms.');
  out.set(new TextEncoder().encode(String(atoms).padStart(DIGITS, '0')), value);
  return out;
}
