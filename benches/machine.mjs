// On what this was measured.
import { cpus, loadavg, release, totalmem } from 'node:os';

/** A description of the machine and its load, for the record. */
export async function machine() {
  return {
    processor: cpus()[0].model,
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${process.platform} ${release()}`,
    node: process.version,
    load: loadavg(),
    date: new Date().toISOString(),
  };
}
