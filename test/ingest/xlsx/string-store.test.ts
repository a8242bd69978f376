import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringStore } from '../../../src/ingest/xlsx/string-store.ts';

const MiB = 1 << 20;

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'texts-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'texts');
}

/** Texts of all lengths, one of them longer than a block, some empty, together about 2.5 MiB. */
const texts = [
  ...Array.from({ length: 4500 }, (_, i) => `${i} ${'é'.repeat(i % 300)}`),
  '',
  'x'.repeat(MiB + 7),
  '',
  ...Array.from({ length: 300 }, (_, i) => `${'東'.repeat(i)}${i}`),
];

for (const [where, memory] of [
  ['in memory', 64 * MiB],
  ['in memory and in a file', MiB],
  ['in a file alone', 0],
] as const) {
  test(`texts come back by number, ${where}`, () => {
    const path = temporary();
    const store = stringStore(path, memory);
    for (const text of texts) {
      const bytes = Buffer.from(`<${text}>`);
      const half = bytes.length >> 1;
      store.append(bytes, 1, half);
      store.append(bytes, half, bytes.length - 1);
      store.endText();
    }
    const forth = texts.map((_, i) => store.get(i));
    const back = texts.map((_, i) => store.get(texts.length - 1 - i)).reverse();
    expect(forth.every((text, i) => text === texts[i])).toBe(true);
    expect(back.every((text, i) => text === texts[i])).toBe(true);
    expect([store.count, store.get(texts.length), store.get(-1), store.get(Number.NaN)]).toEqual([
      texts.length,
      undefined,
      undefined,
      undefined,
    ]);
    expect(existsSync(path)).toBe(memory < 64 * MiB);
    store.close();
  });
}
