// Drawings that a network misreads: which one, what was meant, what it reads. They were drawn for this page as samples
// and bent until the network did. Numbers are per mille of the pad, as in the samples.

const drawing = (...strokes) =>
  strokes.map((flat) =>
    Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i] / 1000, flat[2 * i + 1] / 1000]),
  );

export const MISREAD = [
  {
    model: 'cnn',
    meant: 1,
    read: 3,
    strokes: drawing([492, 162, 540, 345, 449, 541, 571, 724, 513, 886]),
  },
  {
    model: 'cnn',
    meant: 7,
    read: 3,
    strokes: drawing([
      377, 330, 387, 247, 387, 247, 524, 193, 654, 121, 744, 165, 744, 165, 646, 280, 501, 446, 574,
      639, 485, 817,
    ]),
  },
  {
    model: 'cnn',
    meant: 6,
    read: 5,
    strokes: drawing([
      642, 205, 603, 210, 471, 257, 326, 332, 360, 467, 369, 634, 324, 803, 399, 913, 529, 844, 671,
      687, 686, 586, 573, 582, 475, 582, 400, 618,
    ]),
  },
  {
    model: 'mlp',
    meant: 1,
    read: 7,
    strokes: drawing([349, 330, 482, 252, 607, 121, 607, 121, 526, 367, 531, 627, 446, 852]),
  },
  {
    model: 'mlp',
    meant: 6,
    read: 5,
    strokes: drawing([
      606, 198, 554, 202, 457, 246, 358, 313, 361, 534, 312, 643, 399, 798, 490, 791, 610, 769, 623,
      666, 597, 598, 510, 541, 430, 528, 322, 644,
    ]),
  },
];
