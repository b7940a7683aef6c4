/**
 * Runs neural networks in the page and explains their decisions. All work is done in Workers; the page
 * never waits.
 *
 * Every promise may be rejected with a {@link HeatlensError}, whose `code` is stable, or, when a signal
 * was aborted, with the signal's reason (a DOMException named `AbortError`).
 */

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
  /** Which build of the wasm runs. */
  build(): Promise<'simd128' | 'relaxed-simd'>;
  /** What would become of each node of a model, even of one that {@link load} refuses. */
  support(source: Source, options?: CallOptions): Promise<SupportRow[]>;
  /** How many engines run, and the bytes of WebAssembly memory that they have. */
  memory(): { engines: number; bytes: number };
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
   * `without`, leaving out the words whose numbers it holds. Default: once, leaving out none.
   */
  read(text: string, options?: CallOptions & { without?: number[][] }): Promise<Reading>;
  /** Models for texts: explains the decision word by word, without the words in `without`. */
  explainText(
    text: string,
    options: ExplainOptions & { without?: number[] },
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
  ascend(input: Input, options?: AscendOptions, call?: CallOptions): Promise<Climb>;
  /** What became of each node of the file. */
  supportReport(): Promise<SupportRow[]>;
  /** Frees the model; whatever it is doing is rejected with `E_DISPOSED`. May be called twice. */
  dispose(): void;
}

/** Words of a text. */
export interface Words {
  /** Where each begins and ends, one after the other, in UTF-16 code units. */
  spans: Uint32Array;
  /**
   * What the model can tell apart, by number: equal words may share a slot. -1 for a word that the
   * model does not know. Subsets of {@link Sis} name slots.
   */
  slots: Int32Array;
}

export interface Reading extends Words {
  /** The number of each word in the model's vocabulary (`heatlens.vocabulary`, line by line), or -1. */
  words: Int32Array;
  rows: number;
  /** Row by row. */
  logits: Float32Array;
  /** Null where nothing says how logits become probabilities. */
  probabilities: Float32Array | null;
}

/** One number per word; 0 for words that the model does not know or that are left out. */
export interface TextExplanation extends Explanation, Words {}

/** One example, row-major, without the batch axis; for a model with several inputs an array of them. */
export type Input = Numbers | readonly Numbers[];

export type Numbers = readonly number[] | Float32Array | Float64Array | IntArray;

type IntArray =
  Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array;

export interface ModelInfo {
  /** First 16 hexadecimal digits of the file's SHA-256. */
  hash: string;
  /** Shapes are those of one example, without the batch axis. */
  inputs: { name: string; shape: number[] }[];
  /** `activation` is null where nothing says how raw outputs are read. */
  outputs: { name: string; node: string; shape: number[]; activation: OutputActivation | null }[];
  /** The file's own properties; whatever is in there was written by others. */
  metadata: Record<string, string>;
  /**
   * Names of the first result's classes (`heatlens.labels`), or none. Of a single sigmoid they name its two sides, that of
   * output 0 first.
   */
  labels: string[];
  nodes: NodeInfo[];
  /** The nodes that these words for the parameter `layer` of Grad-CAM stand for, if there are any. */
  camLayers: { 'last-conv': string | null; 'last-activation': string | null };
  /** Number of weights. */
  parameters: number;
  opset: number;
  producer: string;
  /** Whether axis 0 of the file's shapes is the batch. */
  batched: boolean;
  /** Models for texts: how many words it knows. Otherwise null. */
  vocabulary: number | null;
  /** How many weights are NaN or infinite. */
  nonfiniteWeights: number;
}

/** How raw outputs (logits) are read: as they are, or as probabilities. */
export type OutputActivation = 'identity' | 'softmax' | 'sigmoid';

export interface NodeInfo {
  name: string;
  kind: NodeKind;
  shape: number[];
  /** Indices of the nodes whose values it takes. */
  inputs: number[];
  /** Whether it is a result of the network. */
  output: boolean;
  /** Number of its weights. */
  parameters: number;
}

export type NodeKind =
  | 'input'
  | 'dense'
  | 'conv'
  | 'scale'
  | 'average-pool'
  | 'max-pool'
  | 'add'
  | 'product'
  | 'unit'
  | 'structure'
  | 'embedding'
  | 'normalisation';

/** The first result, and all of them under `outputs`. */
export interface Prediction extends Result {
  outputs: Result[];
}

export interface Result {
  name: string;
  /** Null where nothing says how raw outputs are read. */
  activation: OutputActivation | null;
  /** Raw outputs: those in front of a Softmax, Sigmoid or LogSoftmax at the file's end. */
  logits: Float32Array;
  /** Null where the output has no activation that gives probabilities. */
  probabilities: Float32Array | null;
  /** Without the batch axis when there is one example. */
  shape: number[];
}

/** Names of the methods in the catalogue. */
export type MethodName =
  | 'gradient'
  | 'saliency'
  | 'gradient-x-input'
  | 'smooth-grad'
  | 'smooth-grad-squared'
  | 'vargrad'
  | 'integrated-gradients'
  | 'deconvnet'
  | 'guided-backprop'
  | 'lrp'
  | 'deeplift'
  | 'grad-cam'
  | 'guided-grad-cam'
  | 'occlusion'
  | 'sis'
  | 'shapley'
  | 'kernel-shap'
  | 'lime';

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
  /** The method's parameters, by the names that {@link methods} lists. */
  [parameter: string]: unknown;
}

/** What is explained, as in {@link ExplainOptions}. */
export type TargetOptions = Pick<ExplainOptions, 'target' | 'against' | 'output' | 'unit'>;

export interface Trace {
  /** What is explained: the target's logit, or the difference of two. */
  score: number;
  /** In the order of `info.nodes`; `signal` is derivative or relevance, null where none arrived. */
  nodes: { node: string; values: Float32Array; signal: Float32Array | null }[];
  /** Where relevance went (LRP only). */
  layers: LayerSum[];
  /** As in {@link Explanation}. */
  notes: string[];
}

/** z_j = Σ z_ij + b_j with z_ij = x_i·w_ij, for the inputs i whose weight is not 0. */
export interface Neuron {
  /** z_j */
  output: number;
  /** b_j */
  bias: number;
  /** The signal that arrived, R_j for LRP. */
  relevanceIn: number;
  /** Flat indices in the node below. */
  inputs: Uint32Array;
  /** x_i */
  values: Float32Array;
  /** w_ij */
  weights: Float32Array;
  /** z_ij */
  contributions: Float32Array;
  /** What the neuron hands back to each of them. */
  relevance: Float32Array;
}

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

/** Entry k is the state after k steps. */
export interface FlippingCurve {
  /** The blocks in the order of replacement. */
  order: Uint32Array;
  /** The explained logit, or the difference of two. */
  scores: Float64Array;
  /** Null where the output has no activation that gives probabilities. */
  probabilities: Float64Array | null;
  /** 1/(L+1) · Σ_{k=0..L} (scores[0] − scores[k]). */
  aopc: number;
}

export interface AscendOptions extends TargetOptions {
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

export interface Climb {
  values: Float32Array;
  /** After each step; entry 0 is the start. */
  scores: Float64Array;
  objectives: Float64Array;
}

export interface Explanation {
  method: MethodName;
  /** Every parameter with the value that was used. */
  parameters: Record<string, number | string | Float32Array>;
  /** The node whose values are explained. */
  at: string;
  /** The node of which the target is an element. */
  node: string;
  /** The class, or the flat index of the explained unit. */
  target: number;
  /** The target's label, if it is a class that has one. */
  label: string | null;
  against: number | null;
  againstLabel: string | null;
  /** Which side of a single sigmoid is explained, else null. */
  side: 'yes' | 'no' | null;
  /** What is explained: the target's logit, or the difference of two. */
  score: number;
  /** Shape of the relevance, without the batch axis. */
  shape: number[];
  relevance: Float32Array;
  /** Σ relevance. */
  sum: number;
  /** What the sum should be, where the method promises something. */
  expected: number | null;
  /** Whether the numbers are for (+) and against (−). */
  signed: boolean;
  /** The node whose feature maps were weighted (`grad-cam` and `guided-grad-cam` only). */
  layer: string | null;
  /** Where relevance went, layer by layer from the output down (LRP only). */
  layers: LayerSum[];
  sis: Sis | null;
  /** Further numbers, e.g. LIME's intercept. */
  extra: Record<string, number>;
  /**
   * What a reader has to know, a sentence each: where the method is not what its name says on this
   * network (guided backprop at a SiLU is the plain gradient), or a default does not fit. Mostly empty.
   */
  notes: string[];
}

/** `relevanceIn` = `relevanceOut` + `bias` + `stabilizer`, up to rounding, for rules that conserve. */
export interface LayerSum {
  node: string;
  kind: NodeKind;
  rule: string;
  /** Σ R that arrived at its output. */
  relevanceIn: number;
  /** Σ R that it handed on to its inputs. */
  relevanceOut: number;
  bias: number;
  stabilizer: number;
  /** Of what was handed on, the part whose place is a convention because a maximum is tied. */
  ties: number;
}

/** Disjoint sufficient input subsets. */
export interface Sis {
  threshold: number;
  /** Score of the whole input. */
  initial: number;
  /** Shape of the features that indices refer to. */
  features: number[];
  sets: SisSet[];
  /** Score of what is left when all found subsets are masked. */
  rest: number;
  /** Whether all subsets were found, not only as many as were asked for. */
  complete: boolean;
}

export interface SisSet {
  /** Flat indices, the last masked first. */
  features: Uint32Array;
  /** The feature masked at each step of backward selection. */
  order: Uint32Array;
  /** The score after each step. */
  values: Float64Array;
  /** Score of the subset alone, evaluated anew. */
  score: number;
}

export interface MethodEntry {
  name: MethodName;
  title: string;
  /** What its numbers mean, in one sentence. */
  summary: string;
  /** What its numbers sum to. */
  sums: string;
  source: string;
  signed: boolean;
  classSpecific: boolean;
  whiteBox: boolean;
  /** Whether a contrast's map is the difference of two maps. */
  contrast: 'subtracted' | 'propagated';
  /** Whether it is done in a few passes through the network. */
  quick: boolean;
  params: MethodParam[];
}

export interface MethodParam {
  name: string;
  help: string;
  /**
   * A `fill` is a number, or an array with one number per input element; `rules` are `NODE=RULE` with
   * commas between.
   */
  kind: 'number' | 'integer' | 'choice' | 'node' | 'fill' | 'rules';
  default: number | string;
  min?: number;
  max?: number;
  /** Whether a slider is better logarithmic. */
  log?: boolean;
  choices?: string[];
}

export interface SupportRow {
  node: string;
  operator: string;
  status:
    | 'recognised'
    | 'folded'
    | 'constant'
    | 'skipped'
    | 'output-activation'
    | 'unused'
    | 'blocked'
    | 'refused';
  /** Class of the layer, what it was folded into, or why it was refused. */
  detail: string;
  /** The layer of the network that bears its values. */
  layer: string | null;
  /** LRP's rule there in the composite that is used if none is asked for; of recognised layers only. */
  rule: string | null;
  /** What is a convention there instead of following from the layer, and for which methods. */
  approximated: string | null;
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
