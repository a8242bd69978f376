import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** What the goal for a default run counts: at most 15 units together. */
export const FIVE: readonly string[] = [
  'profile_basic',
  'profile_quality',
  'analysis_dependence',
  'analysis_changepoint',
  'analysis_queue_delay_decomposition',
];

/** What every other plugin is to stay under. */
const MOST_UNITS = 2;

/**
 * What each built-in plugin costs on a process log of so many rows, beyond what any run costs: in units of what DuckDB takes to
 * load and to summarise the same file. The pages of docs/reference state it.
 */
export interface PluginCosts {
  readonly rows: number;
  readonly units: Readonly<Record<string, number>>;
}

/** Those that don't stay under the goal, in a sentence each. */
export function tooDear(units: Readonly<Record<string, number>>): string[] {
  return Object.entries(units).flatMap(([id, cost]) =>
    FIVE.includes(id) || cost < MOST_UNITS
      ? []
      : [`${id}: ${cost} units, and beyond the five of the goal a plugin is to stay under ${MOST_UNITS}`],
  );
}

const FILE = new URL('plugin-costs.json', import.meta.url);

export function readPluginCosts(): PluginCosts {
  return JSON.parse(readFileSync(FILE, 'utf8')) as PluginCosts;
}

/** Puts new figures in the place of those of the same plugins; of another number of rows, in the place of all. */
export function writePluginCosts(rows: number, units: Readonly<Record<string, number>>): void {
  const before = existsSync(FILE) ? readPluginCosts() : undefined;
  const all = { ...(before?.rows === rows && before.units), ...units };
  const costs: PluginCosts = {
    rows,
    units: Object.fromEntries(Object.entries(all).sort()),
  };
  writeFileSync(FILE, `${JSON.stringify(costs, null, 2)}\n`);
}
