// Results as Markdown tables.
import { aims } from './aims.mjs';
import { network } from './networks.mjs';
import { evaluations } from './sis.mjs';
import { PASSES } from './workloads.mjs';

const ENVIRONMENTS = ['chromium', 'node', 'native'];

export const workloadName = ({ network, task, batch }) => `${network} ${task}, batch ${batch}`;

/** Three significant digits. */
const digits = (value) => (value === null ? '–' : String(Number(value.toPrecision(3))));
const both = ({ median, minimum }) => `${digits(median)} (${digits(minimum)})`;
const percent = (share) => `${Math.round(100 * share)} %`;
const kilobytes = (bytes) => `${Math.round(bytes / 1000).toLocaleString('en')} KB`;

function table(header, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

export function report(result) {
  const parts = [machineText(result), ...ENVIRONMENTS.map((name) => comparison(result, name))];
  if (result.growth) {
    parts.push(growthTable(result), sisTable(result), workersTable(result));
    parts.push(startupTable(result), strokeTable(result), memoryTable(result));
  }
  parts.push(aimsTable(result));
  return parts.filter(Boolean).join('\n\n');
}

function aimsTable(result) {
  const rows = aims(result).map(({ aim, measured, wanted, met }) => {
    return [aim, digits(measured), wanted, met ? 'met' : 'not met'];
  });
  return table(['aim', 'measured', 'wanted', ''], rows);
}

function machineText({ machine: { processor, memory, system, node, date, load }, peaks }) {
  const row = (name, { mulAdd, relaxedMadd = null, fused = null, read }) => {
    return [name, ...[mulAdd, relaxedMadd, fused, read].map(digits)];
  };
  const header = [
    'measured limits',
    '× and + apart, GFLOP/s',
    'relaxed madd',
    'native FMA',
    'read, GB/s',
  ];
  const where = `${processor}, ${memory}, ${system}, Node ${node}, ${date}, load ${digits(load)}`;
  return `${where}\n\n${table(
    header,
    Object.entries(peaks).map(([name, peak]) => row(name, peak)),
  )}`;
}

/** Milliseconds, median and in brackets minimum; ratios of minima; our share of the limit. */
function comparison({ comparisons, peaks }, environment) {
  const here = comparisons.filter((entry) => entry.environment === environment);
  if (!here.length) return '';
  const systems = [...new Set(here.map(({ system }) => system))];
  const peers = systems.filter((system) => !system.startsWith('heatlens'));
  const limit = environment === 'native' ? peaks.native.fused : peaks[environment].mulAdd;
  const rows = [...new Set(here.map(workloadName))].map((name) => {
    const entries = here.filter((entry) => workloadName(entry) === name);
    const found = (system) => entries.find((entry) => entry.system === system);
    const ours = found('heatlens');
    const time = (system) => {
      const entry = found(system);
      if (!entry) return '–';
      return entry.off ? 'wrong' : both(entry);
    };
    const ratio = (system) => {
      const entry = found(system);
      return entry && !entry.off ? `**${digits(entry.minimum / ours.minimum)}**` : '–';
    };
    const rate = gigaflops(ours);
    const share = `${digits(rate)}, ${percent(rate / limit)}`;
    return [name, ...systems.map(time), ...peers.map(ratio), share];
  });
  const ratios = peers.map((system) => `${system} / heatlens`);
  return table([`${environment}, ms`, ...systems, ...ratios, 'GFLOP/s, of limit'], rows);
}

function gigaflops({ network: name, task, batch, minimum }) {
  return (network(name).flops * PASSES[task] * batch) / minimum / 1e6;
}

function growthTable({ growth }) {
  const keys = [...new Set(growth.map(({ axis, extent }) => `${axis} ${extent}`))];
  const rows = keys.map((key) => {
    const cell = (task, system) => {
      const entry = growth.find((g) => {
        return `${g.axis} ${g.extent}` === key && g.task === task && g.system === system;
      });
      return entry;
    };
    const [forward, saliency] = ['forward', 'saliency'].map((task) => {
      const [ours, peer] = [cell(task, 'heatlens'), cell(task, 'ort')];
      return [both(ours), digits(gigaflops(ours)), `**${digits(peer.minimum / ours.minimum)}**`];
    });
    return [key, ...forward, ...saliency];
  });
  const header = ['forward, ms', 'GFLOP/s', 'ort / heatlens'];
  return table(
    ['chromium', ...header, ...header.map((h) => h.replace('forward', 'saliency'))],
    rows,
  );
}

function sisTable({ sis, comparisons }) {
  const rows = sis.map(({ environment, network: name, median, minimum }) => {
    return [`heatlens, ${environment}, ${name}`, `${both({ median, minimum })}`];
  });
  const peer = comparisons.find(({ network, task, batch, system }) => {
    return `${network} ${task} ${batch} ${system}` === 'mnist-cnn forward 32 pytorch';
  });
  if (peer) {
    const seconds = (peer.minimum / 32 / 1e3) * evaluations(784);
    rows.push(['PyTorch, native, mnist-cnn: **estimate**, 307,720 × forward', digits(seconds)]);
  }
  return table(['exact backward selection, 784 pixels', 's'], rows);
}

function workersTable({ shared }) {
  const rows = shared.map(({ environment, network: name, task, 1: one, 2: two, cancel }) => {
    const cancelled = `${digits(cancel.median)} (≤ ${digits(cancel.maximum)})`;
    const ratio = `**${digits(one.minimum / two.minimum)}**`;
    return [`${environment}, ${name} ${task}`, both(one), both(two), ratio, cancelled];
  });
  const header = ['package, ms', 'one worker', 'two', 'one / two', 'from abort to the next answer'];
  return table(header, rows);
}

function startupTable({ startup, sizes }) {
  const rows = startup.map((entry) => {
    const empty = startup.find(({ name }) => {
      return name === (entry.name.startsWith('digits') ? 'digits-empty' : 'empty');
    });
    const size = sizes.find(({ system }) => system === entry.name);
    const download = size ? `${kilobytes(size.total)} (scripts ${kilobytes(size.scripts)})` : '–';
    return [entry.name, both(entry), digits(entry.median / empty.median), download];
  });
  return table(['from navigation to the first map', 'ms', '/ empty', 'download, brotli'], rows);
}

function strokeTable({ strokes }) {
  const rows = strokes.map((entry) => [entry.shown, both(entry)]);
  return table(['from a movement of the pen to the last map', 'ms'], rows);
}

function memoryTable({ memory, flat }) {
  const rows = memory.map(({ system, bytes, weights }) => {
    return [system, `${digits(bytes / 2 ** 20)} MiB`, `${digits(weights)} × the weights`];
  });
  for (const { environment, explanations, bytes } of flat) {
    const what = `heatlens, lenet, ${environment}, after ${explanations} explanations`;
    rows.push([what, `${digits(bytes / 2 ** 20)} MiB`, 'as after the first tenth']);
  }
  return table(['wasm memory, mnist-cnn saliency', 'bytes', ''], rows);
}
