/**
 * Custom elements that draw what others computed, and `<heat-lens>`, which computes it, too. Importing this file registers
 * them as `<heat-…>` and `<method-picker>`; on a server, where there is no document, it does nothing.
 *
 * An attribute `own-name` is the property `ownName`, too; what was set last counts. A flag is on unless it is missing or
 * `"false"`.
 */

import type {
  Explanation,
  ImageSource,
  MethodEntry,
  Model,
  ModelInfo,
  NormalisationName,
  Numbers,
  OutputActivation,
  PaletteName,
  Prediction,
  Source,
} from './index.js';

/** Registers all elements again under another prefix: `define('hl2')` makes `<hl2-map>`, `<hl2-lens>` …. */
export function define(prefix?: string): void;

/** What is drawn: an explanation, or what has its shape. */
export type Drawn = Partial<Omit<Explanation, 'relevance' | 'shape'>> & {
  relevance: Numbers;
  shape?: readonly number[];
};

/** What `error` events carry in `detail`. */
export interface ElementError {
  /** As in {@link HeatlensError}, or `E_ELEMENT`, `E_NPY`, `E_KIND`, `E_METHOD`. */
  code: string;
  message: string;
  error: unknown;
}

/** Elements that can be saved as a picture that stands alone, with title and legend, on white. */
export abstract class HeatElement extends HTMLElement {
  /** `'light'` or `'dark'`; default: dark where the page's text is light. */
  theme: string | null;
  toSVG(): Promise<string>;
  /** A PNG. */
  toBlob(): Promise<Blob>;
}

/**
 * Elements that draw relevance. What cannot be drawn is said in their place and by an `error` event
 * ({@link ElementError}).
 */
export abstract class RelevanceElement extends HeatElement {
  /** The numbers. They go before `src`. */
  explanation: Drawn | null;
  /** Address of a .npy file with the numbers, or `#id` of an element of the page that holds it. */
  src: string | null;
  palette: PaletteName | null;
  /** Which value gets full colour. Default: `'max'`. */
  normalisation: NormalisationName | null;
  /** This value gets full colour. */
  vmax: number | null;
  /** `'none'`: no legend. */
  legend: string | null;
  /** What negative and positive numbers speak for: `'against 3|for 3'` or a pair. */
  ends: string | [string, string] | null;
  /** What is drawn, for screen readers. */
  label: string | null;
  /** One scale for several drawings. */
  scale: { vmax: number; rule: string } | null;
  toJSON(): object;
}

/**
 * Drawings whose numbers are read one by one, under the pointer or with the arrow keys. The event `point` tells which
 * (`index`, null: none) and what it says (`value` and more).
 */
export abstract class ReadElement extends RelevanceElement {
  /** `'none'`: no number beside the pointer. */
  readout: string | null;
  /** The number that is read; null: none. */
  cursor: number | null;
}

/** `<heat-map>`: an image's pixels, channels first or last; they are summed. `point` adds `row` and `column`. */
export class HeatMap extends ReadElement {
  /** Address of a picture that lies under the map. */
  image: string | null;
  /** Of the map: 0 to 1. Default: 1, over an image 0.65. */
  opacity: number | null;
  /** One number per pixel: where it is 0.5 or more, an outline is drawn round it. */
  ink: ArrayLike<number> | null;
  /**
   * Cells by looks in place of numbers, such as an image or sets of pixels: row by row (`shape`: rows, columns) the place of
   * each cell's look in `looks`, whose colours are red, green, blue from 0 to 255 (`hatch` in `ink`: 1 rises, −1 falls, 2
   * both). `text` says what is seen, `words` what a cell is.
   */
  cells: {
    codes: Uint16Array;
    shape: [number, number];
    looks: { color: number[]; ink?: number[]; hatch?: number }[];
    text: string;
    words?: (index: number) => string;
  } | null;
}

/** `<heat-matrix>`: pairs, such as attention or contacts, with names at both sides. */
export class HeatMatrix extends HeatMap {
  /** Names of the rows, as an attribute in JSON. Default: `names`, else the explanation's `tokens`. */
  rows: readonly string[] | null;
  /** Names of the columns. */
  columns: readonly string[] | null;
  /** Names of rows and columns alike. */
  names: readonly string[] | null;
}

/**
 * `<heat-sequence>`: letters as high as their relevance, for above a line and against below it; long sequences wrap.
 * `point` adds `letter` and `position` (from 1).
 */
export class HeatSequence extends ReadElement {
  /** The letters, one per position; blanks do not count. */
  letters: string | readonly string[] | null;
  /** The letters that the channels of one-hot numbers stand for. Default: ACGT of 4, the amino acids of 20. */
  alphabet: string | readonly string[] | null;
  /** `'CT'`: channels first, `'TC'`: last. Default: as many letters as there are positions decide. */
  layout: string | null;
  /** `'position'` (default): channels are summed. `'letter'`: each letter of the alphabet has its own number. */
  per: string | null;
  /** Letters in a line. Default: as many as fit, in tens. */
  line: number | null;
}

/** `<heat-series>`: values over time, and the relevance of each. `point` adds `channel`, `position` (from 1) and `input`. */
export class HeatSeries extends ReadElement {
  /** The values of the series; as an attribute the address of a .npy file. Without them the relevance alone is drawn. */
  input: string | Numbers | null;
  /** Names of the channels, as an attribute in JSON. */
  names: readonly string[] | null;
  /** `'CT'` (default): channels first, `'TC'`: last. */
  layout: string | null;
  /** `'band'` (default): colours under the line. `'line'`: the line itself is coloured. */
  mode: string | null;
}

/** `<heat-row>`: bars of named features. `point` adds `name` and `input`. */
export class HeatRow extends ReadElement {
  /** The features' values; as an attribute the address of a .npy file. */
  input: string | Numbers | null;
  /** Names of the features, as an attribute in JSON. */
  names: readonly string[] | null;
  /** `'size'` (default): the largest first. `'given'`: as they come. */
  order: string | null;
  /** How many bars at most; what the others come to is said below. Default: 20. */
  most: number | null;
}

/** `<heat-text>`: coloured words. Of `explanation` it takes `text` and `spans`, or `tokens`. */
export class HeatText extends RelevanceElement {
  text: string | null;
  /** A click on a word sends the event `strike`. */
  strikable: boolean;
  /** Colours alone, to lie over an editor with the same text. */
  overlay: boolean;
}

/**
 * `<heat-molecule>`: a molecule's atoms or bonds. Needs the package openchemlib, which is fetched with the first molecule;
 * without it an `error` event has the code `E_LIBRARY`. The event `point` tells the atom that is read (`index`, from 0 on, `name`,
 * `value`).
 */
export class HeatMolecule extends RelevanceElement {
  smiles: string | null;
  /** What the numbers are of. Default: `'atoms'`, whose features are summed. */
  of: 'atoms' | 'bonds' | null;
  /** Atoms that are crossed out, by number from 0 on; as text `'3 4'`. */
  removed: string | Iterable<number> | null;
  /** Groups of atoms with a line round each. */
  outlined: readonly (readonly number[])[] | null;
  /** Groups of atoms that are numbered; they are read instead of the numbers. */
  groups: readonly Iterable<number>[] | null;
  /** A click on an atom, Enter or Delete sends the event `strike` (`atom`). */
  strikable: boolean;
  /** Extents that the molecule is drawn for, in CSS pixels. Default: 420 × 320, which is shown as the style sheet says. */
  width: number | null;
  height: number | null;
  /** `'none'`: no words beside the pointer. */
  readout: string | null;
  /** The atom that is read; null: none. */
  cursor: number | null;
}

/** `<heat-legend>`: the bar alone. */
export class HeatLegend extends HeatElement {
  palette: PaletteName | null;
  vmax: number | null;
  ends: string | [string, string] | null;
  unsigned: boolean;
}

/** `<heat-bars>`: probabilities; a click sends the event `choose` with `target`. */
export class HeatBars extends HeatElement {
  prediction: Prediction | null;
  values: readonly number[] | null;
  labels: readonly string[] | null;
  target: number | null;
  /** How many bars at most; of more classes the likeliest. Default: 10. */
  most: number | null;
}

/** `<method-picker>`: a choice sends the event `choose` with `method`. */
export class MethodPicker extends HTMLElement {
  methods: readonly Pick<MethodEntry, 'name' | 'title'>[] | null;
  value: string | null;
  theme: string | null;
}

/**
 * `<heat-lens>`: a network, an input and its explanation. What stands inside is the input and, without script, the fallback.
 *
 * Events, all of which bubble: `ready` (`info`), `explain` (`prediction`, `explanation`, `explanations`), `progress`
 * (`stage`, `loaded`, `total`), `error` ({@link ElementError}).
 */
export class HeatLens extends HeatElement {
  /** An ONNX file: its address, `#id` of an element that holds it, or, as a property, its bytes. */
  model: Source | null;
  /** One of the catalogue, or several with commas between. Default: `'lrp'`. */
  method: string | null;
  /** Number or label of the class; default: the network's answer. */
  target: string | number | null;
  against: string | number | null;
  /** Parameters by method: `{"lrp": {"composite": "gamma"}}`. */
  options: Record<string, Record<string, unknown>> | null;
  /** Numbers; as an attribute the address of a .npy file, or `#id`. */
  input: string | Numbers | readonly Numbers[] | null;
  /** A text, a sequence's letters, or numbers with commas or blanks between; goes before what stands inside. */
  text: string | null;
  smiles: string | null;
  /** Words that are struck out of a text, atoms that are taken out of a molecule, by number from 0 on: `'3 4'`. */
  removed: string | null;
  /** A drawing on the pad, as the pages' addresses have it. */
  strokes: string | null;
  /** A picture instead of one inside. */
  file: ImageSource | null;
  /** Choice of class and method, and a field for the input. */
  controls: boolean;
  /** A pad to draw on. */
  pad: boolean;
  /** Starts at once, and not when it comes into view. */
  eager: boolean;
  palette: PaletteName | null;
  normalisation: NormalisationName | null;
  /** `'none'`: maps without legends. */
  legend: string | null;
  /** How raw outputs are read, where the file does not say: as in `load`. */
  outputActivation: OutputActivation | null;
  readonly info: ModelInfo | null;
  readonly prediction: Prediction | null;
  readonly explanation: Explanation | null;
  readonly explanations: readonly Explanation[];
  /** What it is at; `ready` and `explain` may have been sent before anybody listened. */
  readonly state: 'waiting' | 'working' | 'shown' | 'failed';
  /** Why it has failed. */
  readonly error: Error | null;
  /** Where the engine runs. */
  readonly engine: 'worker' | 'page' | null;
  /** Explains what stands there now, seen or not; resolves when it is shown. */
  explain(): Promise<Explanation | null>;
  toJSON(): object;
}

export type { Model };

declare global {
  interface HTMLElementTagNameMap {
    'heat-map': HeatMap;
    'heat-matrix': HeatMatrix;
    'heat-sequence': HeatSequence;
    'heat-series': HeatSeries;
    'heat-row': HeatRow;
    'heat-text': HeatText;
    'heat-molecule': HeatMolecule;
    'heat-legend': HeatLegend;
    'heat-bars': HeatBars;
    'heat-lens': HeatLens;
    'method-picker': MethodPicker;
  }
}
