import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkJsonSchema, ProcessDefaults } from '../../src/contract/index.ts';

const PLUGINS = join(import.meta.dirname, '../../plugins');

/** Settings that several plugins of process logs have: filled from one place, so they mean the same everywhere. */
const SHARED = Object.keys(ProcessDefaults.properties);

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

test('what an ERP or a configuration may say for all of them is what each of them takes', () => {
  const samples = [0, -1, 0.5, 1, 31, 32, 31_536_000, 31_536_001, 'A', ['A'], ['A', 'A'], [1]];
  for (const id of readdirSync(PLUGINS)) {
    const manifest = JSON.parse(readFileSync(join(PLUGINS, id, 'plugin.json'), 'utf8'));
    for (const [key, schema] of Object.entries(manifest.config_schema?.properties ?? {})) {
      if (!SHARED.includes(key)) continue;
      const taken = samples.map((value) => checkJsonSchema(schema as object, value).ok);
      expect(
        samples.map((value) => checkJsonSchema(ProcessDefaults, { [key]: value }).ok),
        `${id} ${key}`,
      ).toEqual(taken);
    }
  }
});

test('each analysis that looks at waits through the view of a table can be told which jobs are no part of them', () => {
  const withWaits = readdirSync(PLUGINS).filter((id) =>
    readdirSync(join(PLUGINS, id))
      .filter((file) => file.endsWith('.ts'))
      .some((file) => readFileSync(join(PLUGINS, id, file), 'utf8').includes('tableView(')),
  );
  const silent = withWaits.filter((id) => {
    const { config_schema } = JSON.parse(readFileSync(join(PLUGINS, id, 'plugin.json'), 'utf8'));
    return ['watchdog_activities', 'excluded_activities'].some((key) => !(key in config_schema.properties));
  });
  // looks at columns as they are, and at no wait
  expect(silent).toEqual(['profile_quality']);
});

test('only analyses that look at waits over the threshold have it as a setting', () => {
  const idle = readdirSync(PLUGINS).filter((id) => {
    const { config_schema } = JSON.parse(readFileSync(join(PLUGINS, id, 'plugin.json'), 'utf8'));
    const sources = readdirSync(join(PLUGINS, id))
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(PLUGINS, id, file), 'utf8'));
    const uses = sources.some((text) =>
      /\b(clock\.over|over\b.*=|threshold_s|over_threshold|wait\b)/.test(text),
    );
    return 'threshold_s' in (config_schema?.properties ?? {}) && !uses;
  });
  expect(idle).toEqual([]);
});
