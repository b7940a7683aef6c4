// Rewrites an .onnx file's metadata, field by field (ModelProto.metadata_props is field 14).

const METADATA = 14;

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
