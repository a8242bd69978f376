import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { command, example, temporaryFolder } from '../run/command.ts';
import { realServer } from './real-server.ts';

interface Uploaded {
  readonly sha256: string;
  readonly bytes: number;
  readonly original_filename: string;
}

const PLUGINS = ['profile_basic', 'analysis_queue_delay_decomposition'];

test('a file that is sent is planned, run, watched and downloaded, and the run outlives its server', async () => {
  const appdata = temporaryFolder();
  const server = await realServer(appdata);
  const content = readFileSync(example);
  const sha256 = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  const sent = await server.upload<Uploaded>('C:\\logs\\-process-log.csv', content);
  expect(sent).toMatchObject({ sha256, bytes: content.length, original_filename: '-process-log.csv' });

  const request = {
    uploads: [sha256],
    plugins: PLUGINS,
    config: { dataset: { name: 'process-log', kind: 'synthetic' } },
  };
  const plan = await server.post<{ run_fingerprint: string; dataset: string }>('/plans', request);
  expect(plan.dataset).toBe('process-log');
  const confirmed = plan.run_fingerprint;
  const { run_id } = await server.post<{ run_id: string }>('/runs', { ...request, confirmed });

  // The server dies; the run does not.
  server.child.kill('SIGKILL');
  await server.ended;
  const again = await realServer(appdata);
  const told = await again.follow(run_id);
  expect(told[0]).toMatchObject({ event: 'status', data: { run_id } });
  expect(told.at(-1)).toMatchObject({ event: 'status', data: { status: 'COMPLETED', under_way: false } });
  expect(
    told.filter(({ data }) => data['kind'] === 'plugin_finished').map(({ data }) => data['plugin']),
  ).toEqual(expect.arrayContaining(PLUGINS));
  // Who asks again hears only what came after.
  const heard = told.filter(({ id }) => id !== undefined);
  const later = await again.follow(run_id, heard.at(-2)?.id);
  expect(later.filter(({ id }) => id !== undefined)).toEqual(heard.slice(-1));

  const run = await again.get<{ run_fingerprint: string; status: string }>(`/runs/${run_id}`);
  expect(run).toMatchObject({ run_fingerprint: plan.run_fingerprint, status: 'COMPLETED' });

  const { artifacts } = await again.get<{ artifacts: { path: string; sha256: string }[] }>(
    `/runs/${run_id}/artifacts`,
  );
  expect(artifacts.map(({ path }) => path)).toContain('report.html');
  for (const artifact of artifacts) {
    const file = await again.ask(`/runs/${run_id}/artifacts/${artifact.path}`);
    const hash = createHash('sha256')
      .update(Buffer.from(await file.arrayBuffer()))
      .digest('hex');
    expect(`sha256:${hash}`, artifact.path).toBe(artifact.sha256);
    expect(file.headers.get('content-disposition')).toMatch(
      new RegExp(`^attachment; filename=".*-${run_id.slice(0, 8)}-`),
    );
    expect(file.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    expect(file.headers.get('x-content-type-options')).toBe('nosniff');
  }

  // The same rows again, by the version that is there now: everything is foreseen to be taken over, and is.
  const repeat = { version: 'process-log', plugins: PLUGINS };
  const foreseen = await again.post<{
    run_fingerprint: string;
    plugins: { will: string; reuses: string | null }[];
  }>('/plans', repeat);
  expect(foreseen.run_fingerprint).toBe(plan.run_fingerprint);
  const second = await again.post<{ run_id: string }>('/runs', repeat);
  expect((await again.follow(second.run_id)).at(-1)?.data['status']).toBe('COMPLETED');

  // On the command line too, where what was sent is named by its hash, and its label is no option.
  const ran = await again.get<{ command: string }>(`/runs/${run_id}/what-ran`);
  expect(ran.command).toContain(`run ${sha256} --dataset process-log `);
  const repeated = await command([...ran.command.split(' ').slice(1), '--json']);
  expect(JSON.parse(repeated.out)).toMatchObject({ run_fingerprint: plan.run_fingerprint });
});

test('what the process of a run refuses, its asker is told', async () => {
  const server = await realServer(temporaryFolder());
  const unknown = `sha256:${'0'.repeat(64)}`;
  const answer = await server.ask('/plans', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ uploads: [unknown] }),
  });
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ code: 'SH_UPLOAD_UNKNOWN', parameters: { id: unknown } });
});

test('UX-04 where what would run is not what was confirmed, nothing is started, and both fingerprints are told', async () => {
  const server = await realServer(temporaryFolder());
  const { sha256 } = await server.upload<Uploaded>('process-log.csv', readFileSync(example));
  const confirmed = `sha256:${'0'.repeat(64)}`;
  const request = { uploads: [sha256], plugins: ['profile_basic'], confirmed };
  const answer = await server.ask('/runs', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  expect(await answer.json()).toMatchObject({
    ...{ status: 409, code: 'SH_PLAN_CHANGED' },
    parameters: { confirmed, found: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
  });
  expect((await server.get<{ runs: unknown[] }>('/runs')).runs).toEqual([]);
  expect((await server.get<{ datasets: unknown[] }>('/datasets')).datasets).toEqual([]);
});
