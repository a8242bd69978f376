import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJson } from './read-json.ts';

/** What `readJson` makes of a record, from what JSON.parse makes of it. */
function flattened(
  value: unknown,
  path: string,
  out: Map<string, string | null>,
): Map<string, string | null> {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    for (const [key, member] of Object.entries(value))
      flattened(member, path === '' ? key : `${path}/${key}`, out);
  } else if (typeof value === 'string') out.set(path, value);
  else out.set(path, value === null ? null : JSON.stringify(value));
  return out;
}

const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }).filter((text) => !/[./]/.test(text));
const record = fc.dictionary(key, fc.jsonValue({ maxDepth: 3, noUnicodeString: false }), { maxKeys: 5 });
const spaced = fc.constantFrom(undefined, 1, '\t');

test('any records read as JSON.parse reads them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 5 }), spaced, async (records, space) => {
      const parsed = JSON.parse(JSON.stringify(records)) as unknown[];
      const { headers, rows } = await readJson(JSON.stringify(records, null, space));
      const expected = parsed.map((one) => flattened(one, '', new Map()));
      rows.forEach((row, i) => {
        const own = new Map(headers.map((name, column) => [name, row[column] ?? null]));
        for (const [path, cell] of expected[i] ?? []) expect(own.get(path.replaceAll('/', '.'))).toBe(cell);
        const said = [...(expected[i]?.values() ?? [])].filter((cell) => cell !== null);
        expect(row.filter((cell) => cell !== null)).toHaveLength(said.length);
      });
    }),
    { numRuns: 50, endOnFailure: true },
  );
});

test('what JSON.parse refuses is refused, and what it takes is taken', async () => {
  const damage = fc.record({
    at: fc.nat(),
    cut: fc.nat({ max: 2 }),
    put: fc.constantFrom('', '"', '\\', '}', ']', ',', '0', 'e', '-', ' ', '{', ':'),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { minLength: 1, maxLength: 3 }),
      damage,
      async (records, { at, cut, put }) => {
        const text = JSON.stringify(records);
        const place = at % text.length;
        const damaged = text.slice(0, place) + put + text.slice(place + cut);
        const isTable = (value: unknown) =>
          Array.isArray(value) &&
          value.length > 0 &&
          value.every((one) => one !== null && typeof one === 'object' && !Array.isArray(one));
        let value: unknown;
        try {
          value = JSON.parse(damaged);
        } catch {
          // An object that lost its array is a table of its own, with others behind it.
          if (damaged.startsWith('{')) return;
          await expect(readJson(damaged)).rejects.toMatchObject({ code: 'SH_INPUT_MALFORMED' });
          return;
        }
        if (isTable(value)) expect((await readJson(damaged)).rows).toHaveLength((value as unknown[]).length);
      },
    ),
    { numRuns: 120, endOnFailure: true },
  );
});
