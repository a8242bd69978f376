import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { receiveUpload } from '../../src/engine/index.ts';
import { serving } from './serving.ts';

const { app, asPage } = await serving({ uploadLimitBytes: Number.MAX_SAFE_INTEGER });
const MEBIBYTE = 2 ** 20;

async function* blocks(count: number, onBlock: (sent: number) => void = () => undefined) {
  for (let sent = 1; sent <= count; sent++) {
    onBlock(sent);
    yield new Uint8Array(MEBIBYTE);
  }
}

const quarantined = () => readdirSync(app.paths.quarantine);

test('an upload that is announced larger than the drive has room for is refused before any of it is read', async () => {
  const headers = { 'content-type': 'application/octet-stream', 'content-length': String(8e15) };
  const refused = await asPage({ method: 'POST', url: '/api/v1/uploads?name=a.csv', headers });
  expect(refused.json()).toMatchObject({ code: 'SH_UPLOAD_NO_ROOM', status: 507 });
  expect(refused.headers.connection).toBe('close');
  let read = 0;
  const content = blocks(1, () => (read += 1));
  const asked = { name: 'a.csv', content, limitBytes: 1e9, announced: 1e8, freeBytes: () => 3e8 };
  await expect(receiveUpload(app, asked)).rejects.toMatchObject({ code: 'SH_UPLOAD_NO_ROOM' });
  expect(read).toBe(0);
});

test('one whose length nobody says ends when the drive fills, and leaves nothing', async () => {
  let free = 10_000 * MEBIBYTE;
  let read = 0;
  const content = blocks(200, (sent) => {
    read = sent;
    if (sent === 100) free = 255 * MEBIBYTE;
  });
  const asked = { name: 'a.csv', content, limitBytes: 1e9, freeBytes: () => free };
  await expect(receiveUpload(app, asked)).rejects.toMatchObject({ code: 'SH_UPLOAD_NO_ROOM' });
  expect(read).toBe(128);
  expect(quarantined()).toEqual([]);
});

test('where nobody can tell how much is free, an upload is taken', async () => {
  const asked = { name: 'a.csv', content: blocks(1), limitBytes: 1e9, announced: 1e8, freeBytes: () => null };
  expect((await receiveUpload(app, asked)).bytes).toBe(MEBIBYTE);
});
