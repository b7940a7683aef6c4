// Reads and rewrites an .onnx file field by field: ModelProto.graph is field 7, metadata_props field 14;
// GraphProto.initializer is field 5; of a TensorProto dims are field 1, name 8, raw_data 9.

const [GRAPH, METADATA, INITIALIZER] = [7, 14, 5];
const [DIMS, NAME, RAW] = [1, 8, 9];

function varint(value) {
  const bytes = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}

function readVarint(bytes, at) {
  let [value, shift, i] = [0, 1, at];
  for (;;) {
    const byte = bytes[i];
    i += 1;
    value += (byte & 127) * shift;
    if (byte < 128) return [value, i];
    shift *= 128;
  }
}

/** Top-level fields as [number, start, end, payload start]. */
function* fields(bytes) {
  let at = 0;
  while (at < bytes.length) {
    const start = at;
    const [key, afterKey] = readVarint(bytes, at);
    let payload = afterKey;
    if (key % 8 === 2) {
      const [length, from] = readVarint(bytes, afterKey);
      payload = from;
      at = from + length;
    } else if (key % 8 === 0) {
      [, at] = readVarint(bytes, afterKey);
    } else {
      throw new Error(`wire type ${key % 8} at ${start}`);
    }
    yield [Math.floor(key / 8), start, at, payload];
  }
}

/** A number of 16 bits (IEEE 754 binary16). */
function half(bits) {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) throw new Error('a weight is not finite');
  return (
    sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024))
  );
}

/** The float16 initializers of a model by name. @returns {Map<string, {dims: number[], values: number[]}>} */
export function weights(model) {
  const found = new Map();
  for (const [number, , end, payload] of fields(model)) {
    if (number !== GRAPH) continue;
    const graph = model.subarray(payload, end);
    for (const [inner, , to, from] of fields(graph)) {
      if (inner !== INITIALIZER) continue;
      const tensor = graph.subarray(from, to);
      let [name, raw] = ['', Buffer.alloc(0)];
      const dims = [];
      for (const [field, start, stop, at] of fields(tensor)) {
        if (field === NAME) name = tensor.subarray(at, stop).toString();
        if (field === RAW) raw = tensor.subarray(at, stop);
        // Packed, or one at a time.
        if (field !== DIMS) continue;
        let place = at;
        if (at === start + 1) dims.push(readVarint(tensor, at)[0]);
        else
          while (place < stop) {
            const [size, next] = readVarint(tensor, place);
            dims.push(size);
            place = next;
          }
      }
      const count = dims.reduce((a, b) => a * b, 1);
      if (raw.length !== 2 * count) continue;
      const values = Array.from({ length: count }, (_, i) => half(raw.readUInt16LE(2 * i)));
      found.set(name, { dims, values });
    }
  }
  return found;
}

const text = (number, value) => {
  const bytes = Buffer.from(value);
  return Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length), ...bytes]);
};

/** The model with some metadata replaced. */
export function withMetadata(model, changes) {
  const parts = [];
  for (const [number, start, end, payload] of fields(model)) {
    const key =
      number === METADATA
        ? Buffer.from(model.subarray(payload + 2, payload + 2 + model[payload + 1])).toString()
        : null;
    if (key === null || !Object.hasOwn(changes, key)) parts.push(model.subarray(start, end));
  }
  for (const [key, value] of Object.entries(changes)) {
    const entry = Buffer.concat([text(1, key), text(2, value)]);
    parts.push(Buffer.from([...varint(METADATA * 8 + 2), ...varint(entry.length)]), entry);
  }
  return Buffer.concat(parts);
}

/** The model with a word of the file replaced by another of the same length. */
export function withWord(model, from, to) {
  if (from.length !== to.length) throw new Error('the words differ in length');
  return Buffer.from(Buffer.from(model).toString('latin1').replaceAll(from, to), 'latin1');
}
