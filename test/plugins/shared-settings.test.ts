import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const PLUGINS = join(import.meta.dirname, '../../plugins');

/** Settings that several plugins of process logs have: filled from one place, so they mean the same everywhere. */
const SHARED = [
  'threshold_s',
  'close_start_day',
  'close_end_day',
  'watchdog_activities',
  'not_adjustable_activities',
  'excluded_activities',
  'failed_statuses',
];

test('a setting that several plugins of process logs share has one default, range and meaning in all of them', () => {
  const kinds = new Map<string, Map<string, string[]>>();
  for (const id of readdirSync(PLUGINS)) {
    const manifest = JSON.parse(readFileSync(join(PLUGINS, id, 'plugin.json'), 'utf8'));
    for (const [key, schema] of Object.entries(manifest.config_schema?.properties ?? {})) {
      if (!SHARED.includes(key)) continue;
      const text = JSON.stringify(schema);
      const of = kinds.get(key) ?? new Map<string, string[]>();
      kinds.set(key, of.set(text, [...(of.get(text) ?? []), id]));
    }
  }
  expect([...kinds.keys()].sort()).toEqual([...SHARED].sort());
  expect([...kinds].filter(([, of]) => of.size > 1).map(([key, of]) => [key, [...of.values()]])).toEqual([]);
});
