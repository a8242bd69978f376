import { expect, test } from 'vitest';
import { unsafeFileName } from '../../src/base/index.ts';

const UNSAFE = [
  ...['', '.', '..', 'a/b', 'a\\b', 'a:b', 'a?', 'a*b', 'a|b', '<a', 'a>', '"a"', 'a\nb', 'a\u0000'],
  ...[
    'a.',
    'a ',
    'CON',
    'con',
    'nul.txt',
    'Aux.tar.gz',
    'com1',
    'COM¹',
    'lpt9.log',
    'CONIN$',
    'é'.repeat(128),
  ],
];
const SAFE = ['a', 'a.txt', '.a', 'console', 'com10', 'nulls.csv', 'a b', 'ä.json', 'x'.repeat(255)];

test.each(UNSAFE)('FND-07 %j is no name for a file on every platform', (name) => {
  expect(unsafeFileName(name)).toBeTypeOf('string');
});

test.each(SAFE)('%j is a name for a file on every platform', (name) => {
  expect(unsafeFileName(name)).toBeUndefined();
});
