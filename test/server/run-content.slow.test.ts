import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  type CitedRows,
  openApp,
  type RowTrace,
  type RunDetails,
  type RunTimeline,
  type TimelineBar,
  type WhatRan,
} from '../../src/engine/index.ts';
import { citingPlugin } from '../run/citing-plugin.ts';
import { command, example, run, temporaryFolder } from '../run/command.ts';
import { realServer } from './real-server.ts';

const PLUGINS = [
  ...['--plugins', 'analysis_queue_delay_decomposition,profile_quality,profile_basic'],
  ...['--kind', 'synthetic', '--chunk-rows', '1000'],
];

interface Findings {
  readonly findings: readonly { readonly id: string; readonly evidence: string }[];
}
interface Again {
  readonly verdict: string;
  readonly rows: readonly (readonly string[])[];
  readonly source: { readonly rows: readonly { readonly row_number: number; readonly cells: string[] }[] };
}
interface Finding {
  readonly evidence: readonly {
    readonly label: string;
    readonly cited: readonly { row_number: number }[];
    readonly cited_total: number;
  }[];
}

test('OBS-04 META-07 a run over HTTP: bars are the stored events, numbers lead to query and rows, and the card repeats it', async () => {
  const appdata = temporaryFolder();
  const { run_id, run_fingerprint, run_dir } = await run(example, appdata, PLUGINS);
  const server = await realServer(appdata);
  const at = `/runs/${run_id}`;

  const details = await server.get<RunDetails>(at);
  const timeline = await server.get<RunTimeline>(`${at}/timeline`);
  expect(spans(timeline.plugins)).toEqual(spansOfEvents(details));
  expect(timeline.chunks.map(({ from_ms, to_ms, detail }) => [detail, from_ms, to_ms])).toEqual(
    await chunkEvents(appdata, details),
  );
  expectEachChunkWithin(timeline);
  expect(timeline.stages.map(({ what }) => what)).toEqual([
    ...['reading', 'planning', 'queued', 'executing', 'writing the report'],
  ]);
  expect(timeline.stages.at(-1)?.to_ms).toBe(timeline.duration_ms);
  for (const [i, { from_ms }] of timeline.stages.entries())
    if (i > 0) expect(from_ms).toBe(timeline.stages[i - 1]?.to_ms);

  const { findings } = await server.get<Findings>(`${at}/findings`);
  const cites = findings.find(({ evidence }) => evidence.includes('cited'));
  const finding = await server.get<Finding>(`${at}/findings/${cites?.id}`);
  const query = finding.evidence.find(({ cited }) => cited.length > 0);
  const again = await server.post<Again>(`${at}/evidence/${query?.label}/recompute`);
  expect(again.verdict).toBe('same');
  const lines = readFileSync(example, 'utf8').split(/\r?\n/);
  for (const { row_number, cells } of again.source.rows)
    expect(lines[row_number]?.split(',')[0]).toBe(cells[0]);
  expect(again.source.rows.map(({ row_number }) => row_number).sort()).toEqual(
    query?.cited.map(({ row_number }) => row_number).sort(),
  );

  const ran = await server.get<WhatRan>(`${at}/what-ran`);
  expect(ran.not_in_command).toEqual([]);
  const [, ...words] = ran.command.split(' ');
  const repeated = await command([...words, '--json']);
  expect(JSON.parse(repeated.out)).toMatchObject({ run_fingerprint });

  const report = join(run_dir, 'report.json');
  writeFileSync(report, readFileSync(report, 'utf8').replace('wait', 'weit'));
  const refused = await server.ask(`${at}/findings`);
  expect(await refused.json()).toMatchObject({ code: 'SH_INTEGRITY_MISMATCH' });
});

test('META-07 all rows that a query cites are reached, also those that the report does not name, and from each the way back', async () => {
  const appdata = temporaryFolder();
  const many = ['--plugins', 'cites_many', '--plugin-dir', citingPlugin(appdata), '--dataset', 'many'];
  const { run_id } = await run(example, appdata, [...many, '--kind', 'synthetic']);
  const server = await realServer(appdata);
  const { findings } = await server.get<Findings>(`/runs/${run_id}/findings`);
  const finding = await server.get<Finding>(`/runs/${run_id}/findings/${findings[0]?.id}`);
  const query = finding.evidence.find(({ cited }) => cited.length > 0);
  // The example has 3,677 rows; the report names a hundred of those that it cites.
  expect([query?.cited.length, query?.cited_total]).toEqual([100, 1225]);
  const at = `/runs/${run_id}/evidence/${query?.label}/rows`;
  const first = await server.get<CitedRows>(`${at}?count=2&columns=1`);
  expect(first).toMatchObject({ run_id, total: 1225, rows: [{ row_number: 3675 }, { row_number: 3672 }] });
  const last = await server.get<CitedRows>(`${at}?from=1224&count=50&columns=1`);
  const lines = readFileSync(example, 'utf8').split(/\r?\n/);
  expect(last.rows.map(({ row_number, cells }) => [row_number, ...cells])).toEqual(
    [6, 3].map((row) => [row, lines[row]?.split(',')[0]]),
  );
  expect((await server.get<CitedRows>(`${at}?from=1226`)).rows).toEqual([]);
  const how = async (row: number) => {
    const { runs } = await server.get<RowTrace>(`/datasets/many/rows/${row}/findings`);
    return runs[0]?.findings.map((one) => one.how);
  };
  expect([await how(3675), await how(3), await how(4)]).toEqual([['cites'], ['cites'], []]);
  const unknown = await server.ask(`/runs/${run_id}/evidence/Q99/rows`);
  expect(await unknown.json()).toMatchObject({ code: 'SH_ENTITY_UNKNOWN', status: 404 });
});

test('UX-07 a run deleted over HTTP comes back with the same bytes, pinned it can not be deleted', async () => {
  const appdata = temporaryFolder();
  const { run_id, run_dir } = await run(example, appdata, ['--plugins', 'profile_basic']);
  const server = await realServer(appdata);
  const before = await server.get(`/runs/${run_id}/artifacts`);
  await server.post(`/runs/${run_id}/pin`, { with_data: false });
  const refused = await server.ask(`/runs/${run_id}/delete`, { method: 'POST' });
  expect(await refused.json()).toMatchObject({ code: 'SH_RUN_PINNED' });
  await server.post(`/runs/${run_id}/unpin`);
  await server.post(`/runs/${run_id}/delete`);
  expect(existsSync(run_dir)).toBe(false);
  expect((await server.ask(`/runs/${run_id}`)).status).toBe(410);
  await server.post(`/runs/${run_id}/undelete`);
  expect(await server.get(`/runs/${run_id}/artifacts`)).toEqual(before);
});

/** Executions as the page draws them: plugin, milliseconds. */
function spans(bars: readonly TimelineBar[]) {
  return bars
    .filter(({ kind }) => kind === 'executing')
    .map(({ what, from_ms, to_ms }) => ({ what, ms: (to_ms ?? Number.NaN) - from_ms }))
    .sort((a, b) => (a.what < b.what ? -1 : 1));
}

/** Chunks as they are stored, reckoned by hand: number, milliseconds from the question. */
async function chunkEvents(appdata: string, { run_id, created_at }: RunDetails) {
  const app = await openApp({ appdata });
  const events = app.state.events.byCorrelation(run_id).filter(({ kind }) => kind === 'chunk.finished');
  app.close();
  const since = (at: string) => Date.parse(at) - Date.parse(created_at);
  return events.map(({ at, data }) => {
    const { chunk, from } = data as { readonly chunk: number; readonly from: string };
    return [String(chunk), since(from), since(at)];
  });
}

/** The example has 3 677 rows: four chunks of a thousand, each once, while their plugin executed. */
function expectEachChunkWithin({ plugins, chunks }: RunTimeline): void {
  const profile = plugins.find(({ what, kind }) => what === 'profile_basic' && kind === 'executing');
  expect(chunks.map(({ what, detail, reused }) => [what, detail, reused]).sort()).toEqual(
    ['1', '2', '3', '4'].map((number) => ['profile_basic', number, false]),
  );
  for (const { from_ms, to_ms } of chunks) {
    const ends = [profile?.from_ms, from_ms, to_ms, profile?.to_ms];
    expect(ends).toEqual([...ends].sort((a, b) => Number(a) - Number(b)));
  }
}

/** The same, reckoned from the stored events by hand. */
function spansOfEvents({ timeline }: RunDetails) {
  const at = (kind: string, plugin: string) =>
    Date.parse(timeline.find((moment) => moment.kind === kind && moment.subject === plugin)?.at ?? '');
  return timeline
    .filter(({ kind }) => kind === 'execution.started')
    .map(({ subject: what }) => ({
      what,
      ms: at('execution.finished', what) - at('execution.started', what),
    }))
    .sort((a, b) => (a.what < b.what ? -1 : 1));
}
