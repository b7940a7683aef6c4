// Networks on molecules leave the number of atoms open; the engine binds it when it reads the file, from
// an entry of the file's metadata, the first of this name. Fields of a protobuf message may stand in any
// order, so the entry is put in front of the bytes as they are.

const METADATA = (14 << 3) | 2; // ModelProto.metadata_props
const KEY = (1 << 3) | 2;
const VALUE = (2 << 3) | 2;

/** An ONNX file with its axis `name` bound to `size`. */
export function sized(bytes, name, size) {
  const text = (field, string) => {
    const letters = new TextEncoder().encode(string);
    return [field, letters.length, ...letters];
  };
  const entry = [...text(KEY, `heatlens.axis.${name}`), ...text(VALUE, String(size))];
  const out = new Uint8Array(2 + entry.length + bytes.byteLength);
  out.set([METADATA, entry.length, ...entry]);
  out.set(new Uint8Array(bytes), 2 + entry.length);
  return out;
}
