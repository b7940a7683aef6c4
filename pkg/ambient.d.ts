// What esbuild makes of these files (see xtask).
declare module '*.wasm' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
declare module '*.txt' {
  const text: string;
  export default text;
}
