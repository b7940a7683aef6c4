// Average precision in % on PASCAL VOC as the talk prints it: Fisher vectors, deep network. A quote: nothing here
// measured it.

/** @type {[string, number, number][]} */
export const VOC = [
  ['aeroplane', 79.08, 88.08],
  ['bicycle', 66.44, 79.69],
  ['bird', 45.9, 80.77],
  ['boat', 70.88, 77.2],
  ['bottle', 27.64, 35.48],
  ['bus', 69.67, 72.71],
  ['car', 80.96, 86.3],
  ['cat', 59.92, 81.1],
  ['chair', 51.92, 51.04],
  ['cow', 47.6, 61.1],
  ['diningtable', 58.06, 64.62],
  ['dog', 42.28, 76.17],
  ['horse', 80.45, 81.6],
  ['motorbike', 69.34, 79.33],
  ['person', 85.1, 92.43],
  ['pottedplant', 28.62, 49.99],
  ['sheep', 49.58, 74.04],
  ['sofa', 49.31, 49.48],
  ['train', 82.71, 87.07],
  ['tvmonitor', 54.33, 67.08],
];

/** The means of the twenty classes as the talk prints them. */
export const PRINTED = [59.99, 72.12];

/** The means of the twenty classes, computed. */
export const means = () =>
  [1, 2].map((column) => VOC.reduce((sum, row) => sum + Number(row[column]), 0) / VOC.length);

/** What the rows say, computed. */
export function remarks() {
  const [fisher, deep] = means().map((value) => value.toFixed(2));
  const gap = (/** @type {[string, number, number]} */ [, a, b]) => b - a;
  const largest = VOC.reduce((best, row) => (gap(row) > gap(best) ? row : best));
  const worse = VOC.filter((row) => gap(row) < 0);
  const [[, ...horse]] = VOC.filter(([name]) => name === 'horse');
  const check = (own, printed) =>
    own === printed.toFixed(2) ? 'as printed' : `the slide prints ${printed.toFixed(2)}`;
  return (
    `Mean of the twenty, computed from the rows: Fisher vectors ${fisher} (${check(fisher, PRINTED[0])}), ` +
    `deep network ${deep} (${check(deep, PRINTED[1])}). ` +
    `Horse is nearly equal (${horse[0].toFixed(2)} and ${horse[1].toFixed(2)}), and not for the same reasons (a “Clever Hans”). ` +
    `The largest gap is ${largest[0]}, +${gap(largest).toFixed(2)}; ` +
    `worse ${worse.length === 1 ? 'is' : 'are'} only ${worse.map(([name, a, b]) => `${name} (${a.toFixed(2)} and ${b.toFixed(2)})`).join(', ')}.`
  );
}
