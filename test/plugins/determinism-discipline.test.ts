import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkClaims } from '../../plugins/analysis_determinism_discipline/check-claims.ts';
import type { Finding } from '../../src/contract/index.ts';
import { FULL, finding, ledgerEntry, query, result } from '../report/documents.ts';

const PLUGINS = join(import.meta.dirname, '../../plugins');
const counted: Partial<Finding> = {
  fields: { n: { value: 3 } },
  estimate: { name: 'n', value: 3 },
  evidence: [query('SELECT count(*) AS n FROM data', { yields: { n: { row: 0, column: 'n' } } })],
};
const entry = { label: 'x', name: 't', statistic: 1, p_value: 0.01, family: 'f', q_value: null };

/** What the first claim of a plugin lacks. */
function lacks(plugin_id: string, more: Partial<Finding>): readonly string[] {
  const one = finding({ kind: 'a', ...counted, plugin_id, ...more });
  const of = result(plugin_id, { findings: [one], tests: [ledgerEntry(plugin_id, 'x', 0.01)] });
  return checkClaims(of, FULL)[0]?.lacks ?? ['no claim'];
}

test('each analysis that comes with the program is looked at', () => {
  const manifest = JSON.parse(
    readFileSync(join(PLUGINS, 'analysis_determinism_discipline/plugin.json'), 'utf8'),
  );
  const others = readdirSync(PLUGINS).filter((id) => id.startsWith('analysis_') && id !== manifest.id);
  expect(manifest.depends_on).toEqual(others.sort().map((id) => ({ id, required: false })));
});

test('a claim lacks what its kind must have: label, assumptions, evidence of its number, ledger, interval, rows', () => {
  expect(lacks('analysis_a', {})).toEqual([]);
  expect(lacks('analysis_a', { basis: 'MODELED', assumptions: ['a'] })).toEqual(['basis']);
  expect(lacks('analysis_a_model', {})).toEqual(['basis']);
  expect(lacks('analysis_a_model', { basis: 'MODELED' })).toEqual(['assumptions']);
  expect(lacks('analysis_a', { estimate: { name: 'n', value: 4 } })).toEqual(['evidence']);
  expect(lacks('analysis_a', { evidence: [] })).toEqual(['evidence']);
  const tested: Partial<Finding> = {
    confidence: { value: null, how: 'tested' },
    effect_size: { name: 'd', value: 1 },
  };
  const { effect_size: _, ...bare } = tested;
  expect(lacks('analysis_a', tested)).toEqual(['ledger']);
  expect(lacks('analysis_a', { ...tested, test: entry })).toEqual([]);
  expect(lacks('analysis_a', { ...tested, test: { ...entry, label: 'y' } })).toEqual(['ledger']);
  expect(lacks('analysis_a', { ...bare, test: entry })).toEqual(['interval']);
  expect(lacks('analysis_a', { coverage: { ...FULL, rows: 9 } })).toEqual(['coverage']);
});
