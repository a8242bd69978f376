import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PluginResult } from '../../src/contract/index.ts';
import { readJson, root, temporaryFolder } from './command.ts';
import { run } from './say.ts';

/** What a log holds, computed without this program. */
interface Expected {
  readonly events: number;
  readonly cases: number;
  readonly activities: number;
  readonly variants: number;
  readonly top_variant_cases: number;
  readonly dfg_edges: number;
  readonly dfg_top5: readonly (readonly [string, string, number])[];
  readonly start_activities: Readonly<Record<string, number>>;
  readonly end_activities: Readonly<Record<string, number>>;
  readonly resources: number;
  readonly lifecycle?: Readonly<Record<string, number>>;
  readonly first: string;
  readonly last: string;
  readonly throughput_s: Readonly<Record<'min' | 'max' | 'mean' | 'median', number>>;
  readonly little: Readonly<Record<'L_time_avg_wip' | 'W_s' | 'lambda_per_s' | 'span_s', number>>;
}

const FOLDERS = [join(root, 'fixtures', 'event_logs'), ...[process.env['EVENT_LOGS'] ?? []].flat()];
const PLUGIN = 'analysis_process_sequence';
const LITTLE = 'analysis_littles_law';

for (const folder of FOLDERS) {
  const all = readJson<Record<string, Expected>>(join(folder, 'expected.json'));
  describe.each(Object.entries(all))('%s, through run', (name, want) => {
    test('instants, counts and durations are exact, averages within two units in the last place', async () => {
      const found = await sequencesOf(join(folder, name));
      const { events, cases, activities, variants, top_variant_cases, dfg_edges, resources } = want;
      expect(found.metrics).toMatchObject({
        ...{ events, cases, activities, variants, top_variant_cases, dfg_edges, resources },
        throughput_min_s: want.throughput_s.min,
        throughput_max_s: want.throughput_s.max,
      });
      expect(found.instants).toEqual([want.first, want.last].map((text) => Date.parse(text)));
      for (const average of ['mean', 'median'] as const) {
        const value = Number(found.metrics[`throughput_${average}_s`]);
        expect(ulpsApart(value, want.throughput_s[average])).toBeLessThanOrEqual(2);
      }
      for (const [name, value] of Object.entries(want.little)) {
        const metric = name === 'L_time_avg_wip' ? 'l_time_avg' : name.toLowerCase();
        expect(ulpsApart(Number(found.little[metric]), value), name).toBeLessThanOrEqual(2);
      }
      expect(found.little['span_s']).toBe(want.little.span_s);
      const top = found.table('directly_follows.csv').slice(0, 5);
      expect(
        top.map(({ from_activity, to_activity, times }) => [from_activity, to_activity, Number(times)]),
      ).toEqual(want.dfg_top5);
      const steps = found.table('activities.csv');
      expect(mostOf(countsOf(steps, 'activity', 'start_cases'), want.start_activities)).toEqual(
        want.start_activities,
      );
      expect(mostOf(countsOf(steps, 'activity', 'end_cases'), want.end_activities)).toEqual(
        want.end_activities,
      );
      if (want.lifecycle !== undefined)
        expect(countsOf(found.table('phases.csv'), 'phase_name', 'events')).toEqual(want.lifecycle);
    });
  });
}

async function sequencesOf(file: string) {
  const appdata = temporaryFolder();
  const { run_dir } = await run(file, appdata, ['--plugins', `${PLUGIN},${LITTLE}`]);
  const metricsOf = (id: string) => {
    const { metrics } = readJson<PluginResult>(join(run_dir, 'results', `${id}.json`));
    return Object.fromEntries(Object.entries(metrics).map(([name, { value }]) => [name, value]));
  };
  const values = metricsOf(PLUGIN);
  return {
    metrics: values,
    little: metricsOf(LITTLE),
    instants: [values['first_at'], values['last_at']].map((text) => Date.parse(String(text))),
    table: (path: string) => rowsOf(readFileSync(join(run_dir, 'artifacts', PLUGIN, path), 'utf8')),
  };
}

function countsOf(rows: readonly Record<string, string>[], name: string, count: string) {
  const some = rows.filter((row) => row[count] !== '0');
  return Object.fromEntries(some.map((row) => [row[name] ?? '', Number(row[count])]));
}

/** The five most frequent of what was counted, as expected.json has them; what ties with the last of them may stand for it. */
function mostOf(counts: Readonly<Record<string, number>>, wanted: Readonly<Record<string, number>>) {
  const most = Object.values(counts)
    .sort((a, b) => b - a)
    .slice(0, 5);
  const least = most.at(-1) ?? 0;
  const told = Object.entries(counts).filter(([name, count]) => count > least || name in wanted);
  return told.length === most.length ? Object.fromEntries(told) : counts;
}

function rowsOf(csv: string): Record<string, string>[] {
  const [header = [], ...lines] = csv.trimEnd().split('\n').map(cellsOf);
  return lines.map((cells) => Object.fromEntries(header.map((name, i) => [name, cells[i] ?? ''])));
}

function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    (m) => m[1]?.replaceAll('""', '"') ?? m[2] ?? '',
  );
}

/** How many doubles lie from one to the other. */
function ulpsApart(a: number, b: number): number {
  const bits = (value: number) => new BigInt64Array(Float64Array.of(value).buffer)[0] ?? 0n;
  return Math.abs(Number(bits(a) - bits(b)));
}
