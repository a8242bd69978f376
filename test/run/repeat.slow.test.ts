import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, expect, test } from 'vitest';
import type { Evidence, QueryEvidence, Report, RunSummary } from '../../src/contract/index.ts';
import { readJson } from './command.ts';
import { exampleRun } from './example-run.ts';

/** Every query that a report cites, those behind derivations included. */
function queriesOf(report: Report): QueryEvidence[] {
  const inside = (evidence: Evidence): QueryEvidence[] =>
    evidence.kind === 'query' ? [evidence] : evidence.inputs.flatMap(inside);
  const claims = report.findings.flatMap((finding) => [finding, ...finding.items]);
  const charts = Object.values(report.charts).flat();
  return [
    ...claims.flatMap((claim) => claim.evidence.flatMap(inside)),
    ...charts.map((chart) => chart.evidence as QueryEvidence),
  ];
}

const folder = mkdtempSync(join(tmpdir(), 'stat-harness-test-'));
const appdata = join(folder, 'appdata');
let summary: RunSummary;
beforeAll(async () => {
  summary = await exampleRun(appdata);
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

test('every number that a report cites from a query is repeated by plain DuckDB over the Parquet file', async () => {
  const report = readJson<Report>(join(summary.run_dir, 'report.json'));
  const part = join(appdata, 'parts', (report.dataset.parts[0]?.part_id ?? '').replace('sha256:', ''));
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const path = join(part, 'part.parquet').replaceAll("'", "''");
  for (const statement of report.dataset.create_view_sql
    .replaceAll('part-00001.parquet', path)
    .split(/;(?:\n|$)/)) {
    if (statement.trim() !== '') await connection.run(statement);
  }
  let numbers = 0;
  const asked = new Map<string, Promise<Record<string, unknown>[]>>();
  const ask = (sql: string, parameters: QueryEvidence['parameters'] = []) => {
    const key = JSON.stringify([sql, parameters]);
    const rows =
      asked.get(key) ??
      connection.runAndReadAll(sql, [...parameters]).then((reader) => reader.getRowObjectsJson());
    asked.set(key, rows);
    return rows;
  };
  for (const query of queriesOf(report)) {
    expect(await ask(query.sql, query.parameters)).toHaveLength(query.row_count);
  }
  for (const claim of report.findings.flatMap((finding) => [finding, ...finding.items])) {
    for (const evidence of claim.evidence) {
      if (evidence.kind !== 'query') continue;
      const rows = await ask(evidence.sql, evidence.parameters);
      for (const [field, { row, column }] of Object.entries(evidence.yields)) {
        const stated = claim.fields[field];
        const found = rows[row]?.[column];
        if (typeof stated?.value !== 'number') continue;
        expect(Number(found), `${claim.title}: ${field}`).toBe(stated.value);
        numbers += 1;
      }
      for (const { part, row_number } of evidence.rows ?? []) {
        const cited = await ask(
          `SELECT 1 FROM data WHERE _sh_part = ${part} AND _sh_row_number = ${row_number}`,
        );
        expect(cited).toHaveLength(1);
      }
    }
  }
  expect(numbers).toBeGreaterThan(100);
});
