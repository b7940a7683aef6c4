/** What calls of the package resolve to: plain objects with typed arrays. */

/** Words of a text. */
export interface Words {
  /** Where each begins and ends, one after the other, in UTF-16 code units. */
  spans: Uint32Array;
  /**
   * What the model can tell apart, by number: equal words may share a slot. -1 for a word that the
   * model does not know. Subsets of {@link Sis} name tokenFeatures.
   */
  tokenFeatures: Int32Array;
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
  | 'activation'
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
  | 'expected-gradients'
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

export interface Trace {
  /** What is explained: the target's logit, or the difference of two. */
  score: number;
  /** In the order of `info.nodes`; `signal` is derivative or relevance, null where none arrived. */
  nodes: { node: string; values: Float32Array; adjoint: Float32Array | null }[];
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

export interface MaximizedActivation {
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
  /** Whether its map depends on the input, and not on the weights alone. */
  inputDependent: boolean;
  /** What it needs beside predictions; a method that needs nothing takes the network as a black box. */
  needs: ('gradients' | 'convolution')[];
  /** Whether it asks about many samples, which several workers share. */
  sampled: boolean;
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
  kind: 'number' | 'integer' | 'choice' | 'node' | 'baseline' | 'rules';
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
