import { appendFileSync, chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Sha256, sha256 } from '../../src/base/index.ts';
import { receiveUpload, verifyBlob } from '../../src/ingest/index.ts';
import { type Workshop, workshop } from './ingesting.ts';

let shop: Workshop;
beforeEach(() => {
  shop = workshop();
});
afterEach(() => shop.remove());

test('FND-03 an upload lies under its hash, byte by byte, read-only', async () => {
  const bytes = Buffer.from([0xff, 0, 10, 13, 200, 1]);
  const upload = await receiveUpload(shop.write('any.bin', bytes), shop.paths);
  expect(upload).toMatchObject({
    sha256: sha256(bytes),
    bytes: 6,
    blobPath: shop.paths.blob(sha256(bytes)),
    isNew: true,
  });
  expect(readFileSync(upload.blobPath)).toEqual(bytes);
  expect(statSync(upload.blobPath).mode & 0o222).toBe(0);
  expect(shop.leftovers()).toEqual([upload.blobPath]);
});

test('FND-03 the same content under another name is stored once', async () => {
  const first = await receiveUpload(shop.write('a.csv', 'a,b\n1,2\n'), shop.paths);
  const written = statSync(first.blobPath).mtimeMs;
  const again = await receiveUpload(shop.write('b.csv', 'a,b\n1,2\n'), shop.paths);
  expect(again).toEqual({ ...first, isNew: false });
  expect(statSync(again.blobPath).mtimeMs).toBe(written);
  expect(shop.leftovers()).toEqual([first.blobPath]);
});

test('another file of the same length is another upload', async () => {
  const first = await receiveUpload(shop.write('a.csv', 'a,b\n1,2\n'), shop.paths);
  const other = await receiveUpload(shop.write('b.csv', 'a,b\n1,3\n'), shop.paths);
  expect(other.isNew).toBe(true);
  expect(shop.leftovers().sort()).toEqual([first.blobPath, other.blobPath].sort());
});

test('a file that grows while it is read is refused and leaves nothing', async () => {
  const path = shop.write('growing.csv', 'a,b\n1,2\n'.repeat(1000));
  let touched = false;
  const receiving = receiveUpload(path, shop.paths, () => {
    if (!touched) appendFileSync(path, '3,4\n');
    touched = true;
  });
  await expect(receiving).rejects.toMatchObject({ code: 'SH_INPUT_CHANGED', parameters: { path } });
  expect(shop.leftovers()).toEqual([]);
});

test('FND-03 one byte flipped in a stored blob: a check names the blob, and the same file again repairs it', async () => {
  const path = shop.write('a.csv', 'a,b\n1,2\n');
  const { blobPath, sha256: hash } = await receiveUpload(path, shop.paths);
  chmodSync(blobPath, 0o644);
  writeFileSync(blobPath, 'a,b\n1,9\n');
  const problem = {
    code: 'SH_INTEGRITY_MISMATCH',
    exitCode: 4,
    parameters: { path: blobPath, expected: hash },
  };
  await expect(verifyBlob(shop.paths, hash)).rejects.toMatchObject(problem);
  const again = await receiveUpload(path, shop.paths);
  expect(again).toMatchObject({ blobPath, isNew: false, repaired: true });
  await verifyBlob(shop.paths, hash);
  expect(await receiveUpload(path, shop.paths)).toMatchObject({ isNew: false, repaired: false });
  expect(shop.leftovers()).toEqual([blobPath]);
  chmodSync(blobPath, 0o644);
  writeFileSync(blobPath, 'short');
  expect(await receiveUpload(path, shop.paths)).toMatchObject({ isNew: false, repaired: true });
  await verifyBlob(shop.paths, hash);
});

test('FND-03 a damaged part is made again from the same file, and said so', async () => {
  const path = shop.write('a.csv', 'a,b\n1,2\n');
  const first = await shop.ingest([path]);
  const parquet = join(shop.paths.part(first.version.parts[0] as Sha256), 'part.parquet');
  const whole = readFileSync(parquet);
  const damaged = Buffer.from(whole);
  damaged[damaged.length >> 1] = (damaged[damaged.length >> 1] ?? 0) ^ 1;
  writeFileSync(parquet, damaged);
  const again = await shop.ingest([path]);
  expect(again.repaired).toEqual([parquet]);
  expect(again.version).toEqual(first.version);
  expect(readFileSync(parquet)).toEqual(whole);
  expect((await shop.ingest([path])).repaired).toEqual([]);
});
