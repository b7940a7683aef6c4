// How long the tests with random actions go on: a short way with every change, the whole by `./build.sh sweep`.

/** Actions in a row. */
export const ACTIONS = Number(process.env.HEATLENS_ACTIONS ?? 40);
/** Actions between two comparisons with a new page. */
export const REST = 20;
/** Milliseconds that such a test may take. */
export const LONG = 60_000 + 1500 * ACTIONS;
