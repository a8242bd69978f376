import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { command, filesBelow, start, temporaryFolder } from './command.ts';

test('a process killed while it unpacks and reads leaves files that the next command throws away', async () => {
  const folder = temporaryFolder();
  const appdata = join(folder, 'appdata');
  const file = join(folder, 'log.jsonl.gz');
  const lines = Array.from({ length: 200_000 }, (_, i) => `{"id":${i},"a":{"name":"job ${i % 7}"}}`);
  writeFileSync(file, gzipSync(lines.join('\n'), { level: 1 }));
  const killed = start(['ingest', file, '--appdata', appdata]);
  const temporary = join(appdata, 'tmp');
  const isReading = () =>
    existsSync(temporary) &&
    readdirSync(temporary, { recursive: true }).some((name) => String(name).endsWith('table.csv'));
  while (!isReading() && killed.child.exitCode === null) await sleep(5);
  killed.child.kill('SIGKILL');
  expect((await killed.ended).signal).toBe('SIGKILL');
  expect(filesBelow(temporary).some((name) => name.endsWith('table'))).toBe(true);
  expect((await command(['datasets', 'list', '--appdata', appdata])).code).toBe(0);
  expect(filesBelow(temporary)).toEqual([]);
  const again = await command(['ingest', file, '--json', '--appdata', appdata]);
  expect(JSON.parse(again.out)).toMatchObject({ dataset: 'log', row_count: 200_000 });
});
