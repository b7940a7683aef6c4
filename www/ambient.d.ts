// What the build puts beside the pages, and says to them (see xtask).
/** Whether this is the npm package and not the site. */
declare const PACKAGED: boolean | undefined;
declare module '*/vendor/openchemlib.js' {
  export * from 'openchemlib';
}
declare module '*/vendor/reveal.js' {
  export { default } from 'reveal.js';
}
