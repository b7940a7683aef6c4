// What the build puts beside the pages (see xtask).
declare module '*/vendor/openchemlib.js' {
  export * from 'openchemlib';
}
