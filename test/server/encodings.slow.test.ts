import { expect, test } from 'vitest';
import type { UploadPreview } from '../../src/engine/index.ts';
import { command, temporaryFolder } from '../run/command.ts';
import { realServer } from './real-server.ts';

const TEXT = `name,amount\n${'M\x81ller,1\nK\x94ln,2\n'.repeat(50)}`;

test('UX-02 META-07 over HTTP an encoding is guessed, told, named instead, run, and in the command that repeats the run', async () => {
  const server = await realServer(temporaryFolder());
  const send = (text: string) => server.upload<{ sha256: string }>('x.csv', Buffer.from(text, 'latin1'));
  const preview = async (sha256: string, ingest = {}) => {
    const { files, rows, sources } = await server.post<UploadPreview>('/previews', {
      ...{ uploads: [sha256], ingest, rows: 1 },
    });
    return { encoding: files[0]?.encoding, name: rows[0]?.cells[0], from: sources['ingest.encoding'] };
  };
  const { sha256 } = await send(TEXT.replaceAll('\x81', '\xfc').replaceAll('\x94', '\xf6'));
  const guessed = await preview(sha256);
  expect(guessed).toMatchObject({ name: 'Müller', from: 'default' });
  expect(guessed.encoding).toMatchObject({ name: 'windows-1252', how: 'guess' });
  expect(guessed.encoding?.why).toContain('"Müller" in windows-1252');

  const dos = (await send(TEXT)).sha256;
  const refused = await server.ask('/previews', asJson({ uploads: [dos] }));
  expect(await refused.json()).toMatchObject({ status: 400, code: 'SH_INPUT_ENCODING' });
  expect(await preview(dos, { encoding: 'cp850' })).toEqual({
    ...{ encoding: { name: 'cp850', how: 'named' }, name: 'Müller', from: 'flag' },
  });
  const unknown = await server.ask('/previews', asJson({ uploads: [dos], ingest: { encoding: 'x' } }));
  expect(unknown.status).toBe(400);
  expect(await unknown.text()).toContain('encoding');

  const request = { uploads: [dos], plugins: ['profile_basic'], config: { ingest: { encoding: 'cp850' } } };
  const { run_fingerprint } = await server.post<{ run_fingerprint: string }>('/plans', request);
  const { run_id } = await server.post<{ run_id: string }>('/runs', request);
  expect((await server.follow(run_id)).at(-1)?.data['status']).toBe('COMPLETED');
  const ran = await server.get<{ command: string; not_in_command: string[] }>(`/runs/${run_id}/what-ran`);
  expect(ran.command).toContain(' --encoding cp850');
  expect(ran.not_in_command).toEqual([]);
  const repeated = await command([...ran.command.split(' ').slice(1), '--json']);
  expect(JSON.parse(repeated.out)).toMatchObject({ run_fingerprint });
});

function asJson(body: object): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
