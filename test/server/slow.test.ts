import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { whileItComes } from '../../src/server/slow.ts';

const sent = () => new IncomingMessage(new Socket());

async function blocksOf(message: IncomingMessage, patienceMs: number): Promise<number> {
  let bytes = 0;
  for await (const block of whileItComes(message, 'a.csv', patienceMs)) bytes += block.length;
  return bytes;
}

test('an upload that comes in small pieces is taken whole, however long it takes in all', async () => {
  const message = sent();
  const taken = blocksOf(message, 400);
  for (let piece = 0; piece < 6; piece++) {
    message.push('12345');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  message.push(null);
  expect(await taken).toBe(30);
});

test('one that pauses too long is told so; one that breaks off, too', async () => {
  const slow = sent();
  slow.push('12345');
  await expect(blocksOf(slow, 30)).rejects.toMatchObject({ code: 'SH_HTTP_TOO_SLOW' });
  const broken = sent();
  const taken = blocksOf(broken, 1000);
  broken.push('12345');
  broken.destroy(new Error('aborted'));
  await expect(taken).rejects.toMatchObject({ code: 'SH_UPLOAD_BROKEN_OFF' });
});
