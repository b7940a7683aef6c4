// What is measured.

/** The explained class, whatever the network thinks. */
export const TARGET = 3;

const TASKS = ['forward', 'saliency', 'guided', 'lrp-epsilon', 'lrp-plus-flat', 'lrp-alpha2-beta1'];

const of = (network, tasks, batches) =>
  tasks.flatMap((task) => batches.map((batch) => ({ network, task, batch })));

export const FULL = [
  ...of('mnist-cnn', TASKS, [1, 32]),
  ...of('lenet', TASKS, [1, 32]),
  ...of('squeezenet', ['forward', 'saliency'], [1]),
];

export const SMOKE = [...of('lenet', TASKS, [1, 2]), ...of('mnist-cnn', ['forward'], [1])];

/** A network so small that everything can be tried on it: 10x10 values, two convolutions. */
export const TINY = 'stack-10-2-4';

const GROWTH = [
  { axis: 'batch', of: [1, 2, 4, 8, 16, 32, 64], network: () => 'mnist-cnn', batch: (n) => n },
  { axis: 'side', of: [28, 56, 112, 224], network: (n) => `stack-${n}-2-16` },
  { axis: 'depth', of: [1, 2, 4, 8, 16], network: (n) => `stack-28-${n}-16` },
  { axis: 'width', of: [8, 16, 32, 64, 128], network: (n) => `stack-28-2-${n}` },
];

/** How cost grows with batch, input, depth and width. */
export const GROWING = GROWTH.flatMap(({ axis, of, network, batch = () => 1 }) =>
  ['forward', 'saliency'].flatMap((task) =>
    of.map((extent) => ({ axis, extent, network: network(extent), task, batch: batch(extent) })),
  ),
);

/** Largest batch of all. */
export const LARGEST_BATCH = 64;

/**
 * Largest difference to the f64 reference, as a share of its largest value, with which a system is
 * timed. LRP-ε divides by sums that may be as small as ε = 1e-6, so rounding errors of f32 show there.
 */
export const TOLERANCE = { 'lrp-epsilon': 1e-3, default: 1e-5 };

/** Multiplications and additions of the task on one example, as multiples of the forward pass. */
export const PASSES = {
  forward: 1,
  saliency: 2,
  guided: 2,
  'lrp-epsilon': 2,
  // z⁺ needs its own denominators; the first layer's flat rule is nearly free.
  'lrp-plus-flat': 3,
  // Two parts, each with denominators and a transposed pass of its own.
  'lrp-alpha2-beta1': 5,
};
