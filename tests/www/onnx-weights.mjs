// Weights of an .onnx file, read by the format's own description and not by this project's importer.

function varint(bytes, at) {
  let [value, scale, i] = [0, 1, at];
  for (;;) {
    const byte = bytes[i];
    i += 1;
    value += (byte & 127) * scale;
    if (byte < 128) return [value, i];
    scale *= 128;
  }
}

/** Fields of a message: [number, bytes or number]. */
function* fields(bytes) {
  let at = 0;
  while (at < bytes.length) {
    let key;
    [key, at] = varint(bytes, at);
    if (key % 8 === 2) {
      const [length, from] = varint(bytes, at);
      at = from + length;
      yield [Math.floor(key / 8), bytes.subarray(from, at)];
    } else if (key % 8 === 0) {
      let value;
      [value, at] = varint(bytes, at);
      yield [Math.floor(key / 8), value];
    } else if (key % 8 === 5) {
      at += 4;
      yield [Math.floor(key / 8), bytes.subarray(at - 4, at)];
    } else throw new Error(`wire type ${key % 8}`);
  }
}

/** An IEEE 754 half. */
function half(bits) {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const READERS = {
  1: [4, (bytes, at) => bytes.readFloatLE(at)],
  7: [8, (bytes, at) => Number(bytes.readBigInt64LE(at))],
  10: [2, (bytes, at) => half(bytes.readUInt16LE(at))],
};

/** @param {Buffer} file @returns {Map<string, Float64Array>} by name, as long as their raw_data */
export function weights(file) {
  const found = new Map();
  for (const [number, graph] of fields(file)) {
    if (number !== 7) continue;
    for (const [part, tensor] of fields(graph)) {
      if (part !== 5) continue;
      const { 2: type, 8: name, 9: raw } = Object.fromEntries(fields(tensor));
      const [size, read] = READERS[type];
      const values = Float64Array.from({ length: raw.length / size }, (_, i) =>
        read(raw, i * size),
      );
      found.set(Buffer.from(name).toString(), values);
    }
  }
  return found;
}
