import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseForcedType } from '../../src/ingest/typing/forced-type.ts';
import { MISSING_MARKERS } from '../../src/ingest/typing/markers.ts';

const page = readFileSync(new URL('../../docs/explain/types.md', import.meta.url), 'utf8');

describe('docs/explain/types.md', () => {
  test('lists exactly the markers that are read as missing', () => {
    const [, list = ''] = /<!-- markers -->(.*?)<!-- \/markers -->/s.exec(page) ?? [];
    expect([...list.matchAll(/`([^`]+)`/g)].map(([, marker]) => marker)).toEqual(MISSING_MARKERS);
  });

  test('names only types that can be forced', () => {
    const asked = [...page.matchAll(/--type "?[\w ]+=([a-z]+(?:\([\w,]+\))?)/g)].map(
      ([, type]) => type ?? '',
    );
    const table = page.slice(page.indexOf('| TYPE |')).split('\n\n')[0] ?? '';
    const rows = table.split('\n').slice(2);
    const listed = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)]);
    const types = [...asked, ...listed.map(([, type]) => (type ?? '').replace('(p,s)', '(12,2)'))];
    expect(types.length).toBeGreaterThan(10);
    for (const type of types) expect(() => parseForcedType('v', type), type).not.toThrow();
  });
});
