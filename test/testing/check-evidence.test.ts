import { expect, test } from 'vitest';
import { checkEvidence } from '../../src/engine/conformance/check-behaviour.ts';

type Executed = Parameters<typeof checkEvidence>[0];

/** A result that cites one query, on a table of which that query now says something. */
function cited(resultSha256: string, rows: number): Executed {
  const query = {
    ...{ kind: 'query', sql: 'SELECT count(*) AS n FROM data', parameters: {} },
    ...{ result_sha256: 'sha256:as cited', yields: { n: { row: 0, column: 'n' } } },
  };
  const finding = { title: 'Rows', fields: { n: { value: 3 } }, evidence: [query], items: [] };
  const result = { plugin_id: 'p', findings: [finding], charts: [], metrics: {}, metric_evidence: [] };
  const dataset = {
    query: async () => ({ resultSha256, columns: [{ name: 'n', type: 'BIGINT' }], rows: [[rows]] }),
    close: async () => undefined,
  };
  const table = { open: async () => dataset };
  return {
    name: 'sales',
    table,
    tried: { applies: true, outcome: { ok: { result } } },
  } as unknown as Executed;
}

test('a cited query that gives something else when it is run again fails the check of the evidence', async () => {
  const other = await checkEvidence(cited('sha256:other', 3));
  expect(other).toMatchObject({
    id: 'evidence',
    status: 'fail',
    reason: expect.stringContaining('the query gives sha256:other'),
  });
  const { status, reason } = await checkEvidence(cited('sha256:as cited', 4));
  expect([status, reason]).toEqual(['fail', expect.stringContaining('its query yields 4')]);
  expect(await checkEvidence(cited('sha256:as cited', 3))).toMatchObject({ status: 'pass' });
});
