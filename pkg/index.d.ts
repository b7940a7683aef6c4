/**
 * Runs neural networks in the page and explains their decisions. All work is done in Workers; the page
 * never waits.
 *
 * Every promise may be rejected with a {@link HeatlensError}, whose `code` is stable, or, when a signal
 * was aborted, with the signal's reason (a DOMException named `AbortError`).
 */

import type {
  MaximizedActivation,
  Explanation,
  FlippingCurve,
  MethodEntry,
  MethodName,
  ModelInfo,
  Neuron,
  OutputActivation,
  Prediction,
  Reading,
  SisSet,
  SupportRow,
  TextExplanation,
  Trace,
} from './results.js';

export type * from './results.js';

/** A runtime of its own, with its own workers, which start when they are first needed. */
export function createRuntime(options?: RuntimeOptions): Runtime;

/** The runtime that {@link load} and {@link methods} use. */
export const runtime: Runtime;

/** Reads an ONNX model. */
export function load(source: Source, options?: LoadOptions): Promise<Model>;

/** The catalogue of explanation methods. */
export function methods(): Promise<MethodEntry[]>;

/**
 * Where the words of a text begin and end, one after the other, by the rule that models for texts read
 * by. In UTF-16 code units, as JavaScript counts; words and what lies between them are the text.
 */
export function tokenize(text: string): Promise<Uint32Array>;

/**
 * A map as a picture, as the program's command line and pages draw it on a light page. In browsers `ImageData` for
 * `putImageData`, in Node an object with its `width`, `height` and `data`.
 */
export function picture(explanation: Mapped, options?: PictureOptions): Promise<ImageData>;

/**
 * A picture as a network's input: fitted to its size, its bytes taken to `range`, minus `mean`, divided by `std`. What is not
 * said comes from the metadata of `model`. Rejects with `E_ORIGIN` if the picture comes from another address that does not
 * allow its pixels to be read.
 */
export function fromImage(
  source: ImageSource,
  options?: ImageOptions & { model?: Model },
): Promise<Float32Array>;

/** What a model's metadata and its input's shape say of its images. */
export function imageOptions(info: ModelInfo): ImageOptions;

/** A picture's RGBA pixels at a size of `[height, width]`. */
export function imagePixels(
  source: ImageSource,
  size: [number, number],
  fit?: ImageOptions['fit'],
): Promise<ImageData>;

export type ImageSource =
  | HTMLImageElement
  | HTMLCanvasElement
  | OffscreenCanvas
  | HTMLVideoElement
  | ImageBitmap
  | ImageData
  | Blob;

export interface ImageOptions {
  /** Height and width in pixels, or the side of a square. */
  size?: number | [number, number];
  /** Default: `'RGB'`. Grey is 0.299 R + 0.587 G + 0.114 B. */
  channels?: 'RGB' | 'BGR' | 'grey';
  /** What the bytes 0 and 255 become. Default: `[0, 1]`. */
  range?: [number, number];
  /** Taken off after that; one number, or one per channel in the order of `channels`. Default: 0. */
  mean?: number | number[];
  /** What the rest is divided by. Default: 1. */
  std?: number | number[];
  /** Default: `'CHW'`, channel by channel. */
  layout?: 'CHW' | 'HWC';
  /** A picture of other proportions is cut (`'cover'`, default), gets a black border (`'contain'`) or is stretched. */
  fit?: 'cover' | 'contain' | 'stretch';
}

/** What can be drawn: an explanation, or other numbers in its shape. */
export interface Mapped {
  /** NaN and infinities are hatched and lie outside the scale. */
  readonly relevance: Numbers;
  /** `[width]`, `[height, width]` or `[channels, height, width]`, whose channels are summed. Extents of 1 in front do not count. */
  readonly shape: readonly number[];
  /** If not null, the numbers are those of sets. */
  readonly sis?: object | null;
  /** Numbers without a sign, of which none is negative, are shown in a hue of their own. Default: false. */
  readonly signed?: boolean;
}

export interface PictureOptions extends CallOptions {
  /** Default: `'red-blue'`. */
  palette?: PaletteName;
  /** Which value gets full colour. Default: `'max'`. */
  normalisation?: NormalisationName;
  /** This value gets full colour instead of what `normalisation` finds; maps then share a scale. */
  vmax?: number;
  /** Side of the square that a number becomes, in pixels. Default: 1. */
  zoom?: number;
}

export type PaletteName = 'red-blue' | 'orange-blue' | 'grey';
export type NormalisationName = 'max' | 'p99' | 'cubic';

/** Where a model is: an address, a file, or its bytes (which are copied). */
export type Source = string | URL | Blob | ArrayBuffer | ArrayBufferView;

export interface RuntimeOptions {
  /** The wasm file: its address, bytes or compiled module. Default: beside the script. */
  wasm?: string | URL | ArrayBuffer | ArrayBufferView<ArrayBuffer> | WebAssembly.Module;
  /**
   * The build with relaxed SIMD (fused multiply-add) where the browser knows it, else the usual one. It is
   * about a sixth faster; numbers differ in the last digits, and from processor to processor. Without
   * effect if `wasm` is given, and in the single file. Default: false.
   */
  relaxed?: boolean;
  /**
   * The worker: its script's address, a function that starts it, or `false` to work in the page's own
   * thread, where nothing can be interrupted. Default: the script beside this one.
   */
  worker?: string | URL | false | (() => Worker);
  /**
   * Answers the first requests in this thread, until a worker has started: the first map of a small model
   * comes sooner, and the page waits while it is made. Where no worker can be started (a frame without an origin of
   * its own, a policy without `worker-src`) this thread goes on. Without effect if `worker` is false or a function.
   * Default: false.
   */
  headStart?: boolean;
  /**
   * Works in this thread if no worker can be started, as `headStart` does. Without effect if `worker` is false. Default:
   * false, which rejects with `E_WORKER`.
   */
  fallback?: boolean;
  /**
   * Most workers that share long work. They start when there is some. Default: as many as there are
   * processors, at most 4; 1 where memory is short. With `worker: false` always 1.
   */
  workers?: number;
  /**
   * A worker that gives no sign of life for so many milliseconds counts as dead, and what it was doing is rejected
   * with `E_WORKER`. Default: five minutes.
   */
  stall?: number;
  /**
   * Bytes of a worker's memory above which it is replaced when it has more than twice what the first answer after the
   * last load took, or after all models were disposed of: WebAssembly gives no memory back. Default: 1 GiB.
   */
  memoryLimit?: number;
}

export interface CallOptions {
  /** Ends the call at once, whatever it is doing. */
  signal?: AbortSignal;
  /** Called now and then during long work. */
  onProgress?: ProgressListener;
}

export interface LoadOptions extends CallOptions {
  /** Sizes of axes that the file names and leaves open, but for the batch. */
  axes?: Record<string, number>;
  /**
   * How raw outputs (logits) become probabilities; of several outputs in a record by their names, or one word for all
   * (softmax then leaves out those of a single number). It goes before what the file's metadata say
   * (`heatlens.output-activation`), and this before a Softmax, Sigmoid or LogSoftmax at the file's end.
   * `'identity'`: the raw output is the answer itself.
   */
  outputActivation?: OutputActivation | Record<string, OutputActivation>;
  /**
   * Draws the weights of the last so many layers anew: a control that an explanation should notice
   * (Adebayo et al. 2018).
   */
  randomize?: { layers: number; seed?: number };
  /**
   * Inputs in another range than the model was trained with: its first layers take up the difference.
   * The answers stay; what counts as 0, and so has no relevance by the ε rule, changes.
   */
  inputRange?: { from: readonly [number, number]; to: readonly [number, number] };
}

export type ProgressListener = (progress: Progress) => void;

export interface Progress {
  /** Bytes, or a measure of the work done. Neither number ever falls; `total` may still grow. */
  loaded: number;
  total: number;
  stage: 'download' | 'explain';
  /** Method `sis`: the subsets found so far. */
  sets?: SisSet[];
}

export interface Runtime {
  load(source: Source, options?: LoadOptions): Promise<Model>;
  methods(): Promise<MethodEntry[]>;
  tokenize(text: string): Promise<Uint32Array>;
  picture(explanation: Mapped, options?: PictureOptions): Promise<ImageData>;
  /** Which build of the wasm runs. */
  build(): Promise<'simd128' | 'relaxed-simd'>;
  /** What would become of each node of a model, even of one that {@link load} refuses. */
  support(source: Source, options?: CallOptions): Promise<SupportRow[]>;
  /** How many engines run, and the bytes of WebAssembly memory that they have. */
  memory(): { engines: number; bytes: number };
  /** Where the engine runs: in workers or in the page's own thread; null as long as it does not. */
  readonly place: 'worker' | 'page' | null;
  /** Ends the workers; whatever is under way is rejected with `E_DISPOSED`. */
  dispose(): void;
}

/** A model in the workers. Calls start in order; results are copies. */
export interface Model {
  readonly info: ModelInfo;
  /** Runs the network on one example, or on `batch` examples that lie behind one another. */
  predict(input: Input, options?: CallOptions & { batch?: number }): Promise<Prediction>;
  /** Explains the network's decision on one example. */
  explain(input: Input, options: ExplainOptions, call?: CallOptions): Promise<Explanation>;
  /**
   * Models for texts (`info.vocabulary` is not null): runs the network on a text, once for each list in
   * `maskedTokens`, leaving out the words whose numbers it holds. Default: once, leaving out none.
   */
  read(text: string, options?: CallOptions & { maskedTokens?: number[][] }): Promise<Reading>;
  /** Models for texts: explains the decision word by word, without the words in `maskedTokens`. */
  explainText(
    text: string,
    options: ExplainOptions & { maskedTokens?: number[] },
    call?: CallOptions,
  ): Promise<TextExplanation>;
  /**
   * Layer by layer: what every node computed, and what the backward pass of `gradient`, `deconvnet`,
   * `guided-backprop` or `lrp` left there.
   */
  trace(input: Input, options: ExplainOptions, call?: CallOptions): Promise<Trace>;
  /** One neuron of a layer with weights during such a pass. */
  neuron(
    input: Input,
    options: ExplainOptions & { neuron: { node: string; index: number } },
    call?: CallOptions,
  ): Promise<Neuron>;
  /** Pixel flipping: the score while positions are replaced, the most relevant ones first. */
  flip(
    input: Input,
    relevance: Numbers,
    options?: FlipOptions,
    call?: CallOptions,
  ): Promise<FlippingCurve>;
  /**
   * Gradient ascent on the values: activation maximisation, or with `sign` the fast gradient sign
   * method. Without `sign` every step raises score − penalty·Σx².
   */
  maximizeActivation(
    input: Input,
    options?: ActivationMaximizationOptions,
    call?: CallOptions,
  ): Promise<MaximizedActivation>;
  /** What became of each node of the file. */
  supportReport(): Promise<SupportRow[]>;
  /** Frees the model; whatever it is doing is rejected with `E_DISPOSED`. May be called twice. */
  dispose(): void;
}

/** One example, row-major, without the batch axis; for a model with several inputs an array of them. */
export type Input = Numbers | readonly Numbers[];

export type Numbers = readonly number[] | Float32Array | Float64Array | IntArray;

type IntArray =
  Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array;

export interface ExplainOptions {
  method: MethodName;
  /**
   * The class to explain: its number, its label, or `'top'` (default) for the highest logit. A single sigmoid has two
   * sides, `'yes'` (class 0, what its logit speaks for) and `'no'` (its logit with the sign turned); `'top'` is `'yes'`.
   */
  target?: number | string;
  /** Explain the target against this class: the difference of their logits. */
  against?: number | string;
  /** Which result of the model `target` belongs to. Default: the first. */
  output?: number;
  /** Explain one value of an inner node, or the sum of one of its channels, instead of a class. */
  unit?: { node: string; index: number } | { node: string; channel: number };
  /** The node whose values are explained. Default: the input. */
  at?: string;
  /** LRP: rules for single layers that the caller composes. */
  customRules?: CustomRule[];
  /** The method's parameters, by the names that {@link methods} lists. */
  [parameter: string]: unknown;
}

/** R_i = x'_i Σ_j w'_ij R_j / (Σ_i x'_i w'_ij + b'_j ± ε), with modified copies of input, weights and biases. */
export interface CustomRule {
  /** The node, or `'*'` for every layer with weights that has no rule of its own. */
  layer: string;
  /** w': default `'plain'`. `'gamma:0.25'` adds a quarter of the positive weights. */
  weight?: 'plain' | 'positive' | 'negative' | 'squared' | 'ones' | `gamma:${number}`;
  /** x': default `'plain'`. */
  input?: 'plain' | 'positive' | 'negative' | 'ones';
  /** ε: default 1e-6. */
  stabilizer?: number;
}

/** What is explained, as in {@link ExplainOptions}. */
export type TargetOptions = Pick<ExplainOptions, 'target' | 'against' | 'output' | 'unit'>;

export interface FlipOptions extends TargetOptions {
  /** Default: until everything is replaced. */
  steps?: number;
  /** Side of the blocks that are replaced at once. Default 1. */
  block?: number;
  /** What replaces them: a number, or one per input element. Default 0. */
  mask?: number | Numbers;
  /** Most or least relevant first. Default `'morf'`. */
  order?: 'morf' | 'lerf';
}

export interface ActivationMaximizationOptions extends TargetOptions {
  /** The node whose values change. Default: the input. */
  at?: string;
  /** Most steps. Default 1. */
  steps?: number;
  /** Length of the first step in units of the gradient; with `sign` the change of every value. Default 0.1. */
  rate?: number;
  /** λ, the weight of Σx². Default 0. */
  penalty?: number;
  /** Bounds of the values. */
  low?: number;
  high?: number;
  sign?: boolean;
}

/** An error with a stable code (`E_…`). */
export class HeatlensError extends Error {
  constructor(code: string, message: string);
  readonly code: string;
}
/** The model file is broken, inconsistent or uses something that is not supported. */
export class ModelError extends HeatlensError {}
/** The caller asked for something that cannot be done. */
export class RequestError extends HeatlensError {}
/** A bound on size, memory or depth was reached. */
export class LimitError extends HeatlensError {}
/** A fault of heatlens or of its worker. The next call starts afresh. */
export class InternalError extends HeatlensError {}
