// Networks as files, for programs that do not share our generator.
import { mkdir, writeFile } from 'node:fs/promises';
import { network } from './networks.mjs';
import { toOnnx } from './onnx.mjs';
import { LARGEST_BATCH } from './workloads.mjs';

const LARGEST_INPUT = 2 ** 24;

/**
 * Writes `folder/NAME.onnx`, `.softmax.onnx`, `.json` (layers), `.weights`, `.input` (f32, little endian).
 * @returns the path without the ending
 */
export async function writeNetwork(folder, name) {
  await mkdir(folder, { recursive: true });
  const net = network(name);
  const parts = [];
  let at = 0;
  const place = (values) => {
    if (!values) return undefined;
    parts.push(Buffer.from(values.buffer, values.byteOffset, values.byteLength));
    at += values.length;
    return [at - values.length, values.length];
  };
  const layers = net.layers.map((layer) => ({
    ...layer,
    weight: place(layer.weight),
    bias: place(layer.bias),
  }));
  const path = `${folder}/${name}`;
  const batch = Math.max(
    1,
    Math.min(LARGEST_BATCH, Math.floor(LARGEST_INPUT / 4 / net.inputLength)),
  );
  const input = net.input(batch);
  await writeFile(`${path}.onnx`, toOnnx(net));
  await writeFile(`${path}.softmax.onnx`, toOnnx(net, { softmax: true }));
  await writeFile(`${path}.json`, JSON.stringify({ name, layers }));
  await writeFile(`${path}.weights`, Buffer.concat(parts));
  await writeFile(`${path}.input`, Buffer.from(input.buffer));
  return path;
}
