// What this machine can do at most, measured: modules of a few instructions, assembled here.

const CHAINS = 12; // independent sums: enough to hide the latency, few enough for 16 registers
const UNROLLED = 8;
const MEMORY_PAGES = 1024; // 64 MiB, more than a share of any cache
const REPETITIONS = 8;

const leb = (value) => {
  const bytes = [];
  for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
};
const section = (id, bytes) => [id, ...leb(bytes.length), ...bytes];
const simd = (opcode) => [0xfd, ...leb(opcode)];
const get = (local) => [0x20, ...leb(local)];
const set = (local) => [0x21, ...leb(local)];
const i32 = (value) => [0x41, value];
const f32 = (value) => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)];

const I32 = 0x7f;
const F32 = 0x7d;
const V128 = 0x7b;
const SPLAT = simd(0x13);
const ADD = simd(0xe4);
const MUL = simd(0xe6);
const RELAXED_MADD = simd(0x105);
const LANE_0 = [...simd(0x1f), 0];
const load = (offset) => [...simd(0x00), 4, ...leb(offset)];

/** A module whose export `run(n: i32) -> f32` repeats `body` n times on `chains` vectors. */
function assemble(body, memory) {
  const [n, first] = [0, 1];
  const locals = Array.from({ length: CHAINS + 2 }, (_, k) => first + k);
  const [x, y, ...chains] = locals;
  const code = [
    ...leb(1), ...leb(locals.length), V128,
    ...f32(0.999), ...SPLAT, ...set(x),
    ...f32(0.001), ...SPLAT, ...set(y),
    0x03, 0x40, // loop
    ...body({ n, x, y, chains }),
    ...get(n), ...i32(1), 0x6b, 0x22, n, // n -= 1
    0x0d, 0x00, 0x0b, // until 0
    ...chains.flatMap((chain, k) => [...get(chain), ...(k ? ADD : [])]),
    ...LANE_0, 0x0b,
  ]; // prettier-ignore
  return new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 1, I32, 1, F32]),
    ...section(3, [1, 0]),
    ...(memory ? section(5, [1, 0, ...leb(memory)]) : []),
    ...section(7, [
      ...leb(memory ? 2 : 1),
      ...[3, ...new TextEncoder().encode('run'), 0, 0],
      ...(memory ? [6, ...new TextEncoder().encode('memory'), 2, 0] : []),
    ]),
    ...section(10, [1, ...leb(code.length), ...code]),
  ]);
}

const repeated = (chain) => (context) =>
  Array.from({ length: UNROLLED }, () => context.chains.flatMap((c) => chain(context, c))).flat();

const mulAdd = repeated(({ x, y }, c) => [
  ...get(c), ...get(x), ...MUL, ...get(y), ...ADD, ...set(c),
]); // prettier-ignore

const relaxed = repeated(({ x, y }, c) => [
  ...get(c), ...get(x), ...get(y), ...RELAXED_MADD, ...set(c),
]); // prettier-ignore

/** Reads one vector after the other; n counts in steps of all chains, downwards. */
const read = ({ n, chains }) =>
  chains.flatMap((c, k) => [
    ...get(n), ...i32(1), 0x6b, 0x41, ...leb(0xc0), 0x01, 0x6c, // (n - 1) * 192
    ...load(16 * k), ...get(c), ...ADD, ...set(c),
  ]); // prettier-ignore

/** Best of a few runs, in units of `work` per nanosecond: GFLOP/s or GB/s. */
function best(bytes, n, work) {
  const { run, memory } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  // Pages that were never written are all the same one.
  if (memory) new Float32Array(memory.buffer).fill(1);
  let fastest = Infinity;
  for (let k = 0; k < REPETITIONS; k++) {
    const start = performance.now();
    run(n);
    fastest = Math.min(fastest, performance.now() - start);
  }
  return (n * work) / fastest / 1e6;
}

/** Of this thread: GFLOP/s of multiply and add, of relaxed madd (null: not in this engine), GB/s read. */
export function peaks() {
  const flops = CHAINS * UNROLLED * 4 * 2;
  const madd = assemble(relaxed);
  const step = CHAINS * 16;
  return {
    mulAdd: best(assemble(mulAdd), 1e5, flops),
    relaxedMadd: WebAssembly.validate(madd) ? best(madd, 1e5, flops) : null,
    read: best(assemble(read, MEMORY_PAGES), Math.floor((MEMORY_PAGES * 65536) / step), step),
  };
}
