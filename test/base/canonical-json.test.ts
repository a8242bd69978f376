import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../src/base/index.ts';

const vectors = new URL('../../fixtures/jcs/', import.meta.url);

test.each(readdirSync(new URL('input/', vectors)))('RFC 8785 vector %s', (name) => {
  const input: unknown = JSON.parse(readFileSync(new URL(`input/${name}`, vectors), 'utf8'));
  const text = canonicalJson(input);
  expect(text).toBe(readFileSync(new URL(`output/${name}`, vectors), 'utf8').trimEnd());
  const hex = readFileSync(new URL(`outhex/${name.replace('.json', '.txt')}`, vectors), 'utf8');
  expect(Buffer.from(text).toString('hex')).toBe(hex.replace(/\s+/g, ''));
});

test('what JSON can not carry is refused', () => {
  expect(() => canonicalJson({ x: Number.NaN })).toThrow();
  expect(() => canonicalJson({ x: Number.POSITIVE_INFINITY })).toThrow();
  expect(() => canonicalJson(undefined)).toThrow();
});
