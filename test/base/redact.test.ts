import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { REDACTED, redactorOf, SHORTEST_SECRET } from '../../src/base/index.ts';
import { temporaryFolder } from '../run/command.ts';

const SECRET = 'pa"ss/wörd+key=ü&<1>';
const one = redactorOf([{ name: 'API_KEY', value: SECRET }]);

test.each([
  ['as it is', SECRET],
  ['in JSON', JSON.stringify({ a: SECRET })],
  ['in JSON inside JSON', JSON.stringify({ a: JSON.stringify({ b: SECRET }) })],
  ['in an address', `https://example.com/?key=${encodeURIComponent(SECRET)}`],
  ['in a form', new URLSearchParams({ key: SECRET }).toString()],
  ['in base64', Buffer.from(SECRET).toString('base64')],
  ['in base64 for addresses', Buffer.from(SECRET).toString('base64url')],
  ['behind a name in base64', Buffer.from(`user:${SECRET}`).toString('base64')],
  ['between others in base64', Buffer.from(`ab${SECRET}cd`).toString('base64')],
  ['in hex', Buffer.from(SECRET).toString('hex')],
  ['in HTML', SECRET.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')],
])('SEC-03 a secret %s is found and replaced', (_form, text) => {
  const around = `before ${text} after`;
  expect(one.findIn(around)).toBe('API_KEY');
  expect(one.text(around)).toContain(REDACTED);
  expect(one.text(around)).toMatch(/^before .* after$/s);
  expect(one.findIn(one.text(around))).toBeUndefined();
});

test('any secret in any text is gone afterwards, and the rest of the text stays', () => {
  const secret = fc.string({ minLength: SHORTEST_SECRET, maxLength: 40, unit: 'grapheme' });
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
      fc.pre(value.trim().length >= SHORTEST_SECRET && !REDACTED.includes(value.trim()));
      const redactor = redactorOf([{ name: 'X', value }]);
      const text = redactor.text(`${before}${value}${after}`);
      return text.includes(REDACTED) && !text.replaceAll(REDACTED, '').includes(value);
    }),
    { numRuns: 300, seed: 1 },
  );
});

test('of secrets inside one another the longer one is replaced whole, and lines of a long one are too', () => {
  const redactor = redactorOf([
    { name: 'SHORT', value: 'secret-value' },
    { name: 'LONG', value: 'my-secret-value-2' },
    { name: 'PEM', value: '-----BEGIN-----\nfirst line of it\nsecond line of it\n' },
  ]);
  expect(redactor.text('a my-secret-value-2 b secret-value c')).toBe(`a ${REDACTED} b ${REDACTED} c`);
  expect(redactor.text('log: second line of it')).toBe(`log: ${REDACTED}`);
});

test('values inside JSON are replaced, keys too; hashes stay whole', () => {
  const hash = `sha256:${'abcdef12'.repeat(8)}`;
  const redactor = redactorOf([{ name: 'X', value: 'abcdef12' }]);
  expect(redactor.json({ a: ['x abcdef12', 3, null, true], abcdef12: hash })).toEqual({
    a: [`x ${REDACTED}`, 3, null, true],
    [REDACTED]: hash,
  });
});

test('a file is searched across the borders of what is read at once', async () => {
  const path = join(temporaryFolder(), 'large');
  const block = Buffer.alloc((1 << 20) - 5, 'x');
  writeFileSync(path, Buffer.concat([block, Buffer.from(SECRET), block]));
  expect(await one.findInFile(path)).toBe('API_KEY');
  writeFileSync(path, Buffer.concat([block, block]));
  expect(await one.findInFile(path)).toBeUndefined();
});

test('without secrets nothing is changed or found', () => {
  const none = redactorOf([]);
  expect([none.text('a'), none.json({ a: 'b' }), none.findIn('a')]).toEqual(['a', { a: 'b' }, undefined]);
});
