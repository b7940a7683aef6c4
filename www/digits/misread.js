// Drawings that the convolutional network misreads: what was meant, what it reads. Found by bending the
// samples. Numbers are per mille of the pad, as in the samples.

const drawing = (...strokes) =>
  strokes.map((flat) =>
    Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i] / 1000, flat[2 * i + 1] / 1000]),
  );

export const MISREAD = [
  {
    meant: 1,
    read: 3,
    strokes: drawing([492, 162, 540, 345, 449, 541, 571, 724, 513, 886]),
  },
  {
    meant: 7,
    read: 3,
    strokes: drawing([
      377, 330, 387, 247, 387, 247, 524, 193, 654, 121, 744, 165, 744, 165, 646, 280, 501, 446, 574,
      639, 485, 817,
    ]),
  },
  {
    meant: 6,
    read: 5,
    strokes: drawing([
      642, 205, 603, 210, 471, 257, 326, 332, 360, 467, 369, 634, 324, 803, 399, 913, 529, 844, 671,
      687, 686, 586, 573, 582, 475, 582, 400, 618,
    ]),
  },
];
