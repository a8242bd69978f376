import { expect, test } from 'vitest';
import { ERROR_CATALOGUE } from '../../src/base/error-catalogue.ts';
import { pageWords } from '../../web/api/page-words.ts';

/** Errors of what is done on the page, but those that only the command line can help with. */
const OF_THE_PAGE = /^SH_(INPUT|SAMPLE|APPEND|RUN|DATASET|MEMORY)_/;
const ELSEWHERE = ['SH_RUN_NONE', 'SH_RUN_UNLISTED', 'SH_RUN_DAMAGED'];

test('what the page sets itself, its errors call by the words of the page', () => {
  const left = Object.entries(ERROR_CATALOGUE)
    .filter(([code]) => OF_THE_PAGE.test(code) && !ELSEWHERE.includes(code))
    .map(([code, { hint }]) => [code, pageWords(hint)] as const)
    .filter(([, hint]) => /--[a-z]|stat-harness/.test(hint));
  expect(left).toEqual([]);
});

test.each([
  [
    'Name one of them with --sheet, or give its number.',
    'Name one of them with “Sheet”, or give its number.',
  ],
  ['Take it out with "stat-harness runs undelete 0123".', 'Take it out with “Restore” in the trash.'],
  ['--type names the column "x".', '“Type” names the column "x".'],
  ['(--type can make both text)', '(“Type” can make both text)'],
])('%s', (text, said) => {
  expect(pageWords(text)).toBe(said);
});

test.each([
  ['a file', 'a--type.csv and --type.csv are files'],
  ['an option that the page does not have', 'run it all the same with --ignore-health'],
  ['a command to be copied', 'Set it aside:\nstat-harness runs delete --dataset x'],
  ['what only the command line does', '"stat-harness runs cancel 0123 --owner-is-gone"'],
])('%s stays as it is', (_, text) => {
  expect(pageWords(text)).toBe(text);
});
