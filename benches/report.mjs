// Results as Markdown tables.

const ENVIRONMENTS = ['chromium', 'node', 'native'];

/** Three significant digits. */
export const digits = (value) => (value === null ? '–' : String(Number(value.toPrecision(3))));

export function table(header, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** One table an environment: milliseconds, median and in brackets minimum, and ratios of minima. */
export function comparisonTable({ comparisons }) {
  return ENVIRONMENTS.filter((name) => comparisons.some((c) => c.environment === name))
    .map((environment) => {
      const here = comparisons.filter((c) => c.environment === environment);
      const systems = [...new Set(here.map(({ system }) => system))];
      const peers = systems.filter((system) => !system.startsWith('heatlens'));
      const keys = [...new Set(here.map(workloadName))];
      const rows = keys.map((key) => {
        const found = (system) => here.find((c) => workloadName(c) === key && c.system === system);
        const ours = found('heatlens');
        const times = systems.map((system) => {
          const entry = found(system);
          if (!entry) return '–';
          return entry.off ? 'wrong' : `${digits(entry.median)} (${digits(entry.minimum)})`;
        });
        const ratios = peers.map((system) => {
          const entry = found(system);
          return entry && !entry.off ? `${digits(entry.minimum / ours.minimum)}x` : '–';
        });
        return [key, ...times, ...ratios];
      });
      const header = [environment, ...systems, ...peers.map((system) => `${system} / heatlens`)];
      return table(header, rows);
    })
    .join('\n\n');
}

export const workloadName = ({ network, task, batch }) => `${network} ${task}, batch ${batch}`;
