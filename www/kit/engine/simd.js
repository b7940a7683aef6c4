// A module with one function that uses a 128-bit vector: valid exactly where WebAssembly has SIMD.
const PROBE = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15,
  253, 98, 11,
];

export function hasSimd() {
  try {
    return WebAssembly.validate(new Uint8Array(PROBE));
  } catch {
    return false;
  }
}

export const SIMD_MESSAGE =
  'Your browser has no WebAssembly SIMD, which the networks here need. ' +
  'Chrome and Edge have it from version 91, Firefox from 89, Safari from 16.4 (2023).';
