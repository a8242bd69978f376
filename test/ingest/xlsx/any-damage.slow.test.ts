import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HarnessError } from '../../../src/base/index.ts';
import { typed, workbookParts, zipOf } from './make-workbook.ts';
import { type ReadingRoom, readingRoom } from './reading.ts';

let room: ReadingRoom;
beforeAll(() => {
  room = readingRoom();
});
afterAll(() => room.remove());

const parts = workbookParts({
  sheets: [
    {
      name: 'a',
      rows: [
        ['x', 'day', 'text'],
        [1, typed('n', '45000.5', 1), typed('s', '0')],
        [2.5, null, 'b & c'],
      ],
    },
    { name: 'b', rows: [['y'], [1]] },
  ],
  sharedStrings: ['<t>shared</t>', '<r><t>rich</t></r><rPh sb="0" eb="1"><t>r</t></rPh>'],
  formats: ['yyyy-mm-dd hh:mm', 14],
});

const bytes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 });

function changed(content: string | Buffer, changes: readonly (readonly [number, number])[]): Buffer {
  const copy = Buffer.from(content);
  for (const [at, byte] of changes) copy[at % copy.length] = byte;
  return copy;
}

/** Read, or refused with a code that the operator can act on; anything else is a bug. */
async function readOrRefused(book: Buffer): Promise<void> {
  try {
    await room.read(book);
  } catch (error) {
    expect(error).toBeInstanceOf(HarnessError);
  }
}

test('whatever bytes of a part change, the workbook is read or refused with a code', async () => {
  const names = Object.keys(parts);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), bytes, async (name, changes) => {
      await readOrRefused(await zipOf({ ...parts, [name]: changed(parts[name] ?? '', changes) }));
    }),
    { numRuns: 150, seed: 1 },
  );
});

test('whatever bytes of the file change, or wherever it ends, the workbook is read or refused with a code', async () => {
  const whole = await zipOf(parts);
  await fc.assert(
    fc.asyncProperty(
      bytes,
      fc.double({ min: 0.5, max: 1, noNaN: true }),
      fc.boolean(),
      async (changes, share, cut) => {
        await readOrRefused(
          changed(cut ? whole.subarray(0, Math.ceil(whole.length * share)) : whole, changes),
        );
      },
    ),
    { numRuns: 150, seed: 1 },
  );
});
