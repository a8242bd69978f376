import { describe, expect, test } from 'vitest';
import { readJson } from './read-json.ts';

const cells = async (text: string, how = {}) => {
  const { headers, rows } = await readJson(text, how);
  return [headers, ...rows];
};

describe('a JSON text becomes a table', () => {
  test.each<[string, string, (string | null)[][]]>([
    [
      'an array of objects',
      '[{"a":1,"b":"x"},{"b":"y","a":2}]',
      [
        ['a', 'b'],
        ['1', 'x'],
        ['2', 'y'],
      ],
    ],
    [
      'keys that come late',
      '[{"a":1},{"b":true},{"a":null}]',
      [
        ['a', 'b'],
        ['1', null],
        [null, 'true'],
        [null, null],
      ],
    ],
    [
      'objects inside objects',
      '[{"a":{"b":{"c":1}},"d":2},{"a":3}]',
      [
        ['a.b.c', 'd', 'a'],
        ['1', '2', null],
        [null, null, '3'],
      ],
    ],
    ['arrays, as JSON text', '[{"a":[1, {"b" : "x y"},\n []]}]', [['a'], ['[1,{"b":"x y"},[]]']]],
    [
      'numbers, digit by digit',
      '[{"a":1.10},{"a":1e400},{"a":18446744073709551617},{"a":-0.0}]',
      [['a'], ['1.10'], ['1e400'], ['18446744073709551617'], ['-0.0']],
    ],
    ['strings with escapes', '[{"a":"\\u00e9\\n\\"\\\\"}]', [['a'], ['é\n"\\']]],
    ['empty text beside null', '[{"a":""},{"a":null}]', [['a'], [''], [null]]],
    [
      'arrays of arrays with a header',
      '[["a","b"],[1,null],[2,"x"]]',
      [
        ['a', 'b'],
        ['1', null],
        ['2', 'x'],
      ],
    ],
    [
      'arrays of arrays without one',
      '[[1,"a"],[2,"b"]]',
      [
        ['C1', 'C2'],
        ['1', 'a'],
        ['2', 'b'],
      ],
    ],
    ['single values', '["x", 2, null]', [['value'], ['x'], ['2'], [null]]],
    ['objects one after the other', '{"a":1} {"a":2}\n\n{"a":3}', [['a'], ['1'], ['2'], ['3']]],
    [
      'one object alone',
      '{"a":1,"b":{"c":[]}}',
      [
        ['a', 'b.c'],
        ['1', '[]'],
      ],
    ],
    [
      'an array inside an object',
      '{"n":2,"rows":[{"a":1},{"a":2}],"tags":["x","y","z"]}',
      [['a'], ['1'], ['2']],
    ],
    ['blanks before an object', ' \n{"rows":[{"a":1}]}\n', [['a'], ['1']]],
    [
      'the largest array of objects',
      '{"p":[{"x":1}],"q":{"r":[{"a":1},{"a":2}]},"s":[[1],[2],[3]]}',
      [['a'], ['1'], ['2']],
    ],
    [
      'keys said twice: the last counts',
      '[{"a":1,"b":{"c":1,"d":2},"a":3,"b":{"c":4}}]',
      [
        ['a', 'b.c'],
        ['3', '4'],
      ],
    ],
    [
      'keys that other programs trip over',
      '[{"__proto__":1,"constructor":2,"":3}]',
      [
        ['__proto__', 'constructor', ''],
        ['1', '2', '3'],
      ],
    ],
    ['NaN and Infinity of other programs', '[{"a":NaN},{"a":-Infinity}]', [['a'], ['NaN'], ['-Infinity']]],
    ['a byte order mark', '\ufeff[{"a":1}]', [['a'], ['1']]],
  ])('%s', async (_what, text, expected) => {
    expect(await cells(text)).toEqual(expected);
  });

  test('objects deeper than eight levels stay JSON text', async () => {
    const deep = '{"a":'.repeat(10) + '1' + '}'.repeat(10);
    expect(await cells(`[${deep}]`)).toEqual([['a.a.a.a.a.a.a.a'], ['{"a":{"a":1}}']]);
  });

  test('--table takes another array, --no-header takes the first array as data', async () => {
    const text = '{"p":[{"x":1}],"q":[{"a":1},{"a":2}]}';
    expect(await cells(text, { table: 1 })).toEqual([['x'], ['1']]);
    expect(await cells(text, { table: 'p' })).toEqual([['x'], ['1']]);
    await expect(readJson(text, { table: 3 })).rejects.toMatchObject({
      code: 'SH_INPUT_TABLE_UNKNOWN',
      parameters: { table: 3, tables: '1 "p" (1 records), 2 "q" (2 records)' },
    });
    expect(await cells('[["a"],["b"]]', { header: 'no' })).toEqual([['C1'], ['a'], ['b']]);
  });

  test('what was assumed is noted', async () => {
    const { notes } = await readJson('{"p":[{"a":1,"a":2},{"a":null,"b":{}},{"b":[1]}],"q":[[1]]}');
    expect(notes).toEqual([
      'the table is the array "p" (3 records); not read: "q" (1, --table 2)',
      'A key is said twice in one record (first "a" in record 1): the last value counts',
      '1 empty object is read as missing',
      'column "a": null in 1 record, absent from 1 record; both are missing',
      'column "b": 1 array or deep object is kept as JSON text',
    ]);
  });

  test('rows know the line on which their record begins', async () => {
    expect((await readJson('[\n{"a":\n1},\n\n{"a":2}]')).lines).toEqual([2, 5]);
  });
});

describe('a broken JSON text is refused, with the place', () => {
  test.each<[string, string, string]>([
    [
      'a comma before the end',
      '[{"a":1},\n{"a":2,}]',
      'record 2, line 2, byte 18 of the file: a key in quotes is expected, not "}"',
    ],
    ['an array that is not closed', '[{"a":1}', 'the file is cut off behind record 1'],
    ['an array with nothing behind a comma', '[{"a":1},', 'the file is cut off before record 2'],
    [
      'a record that breaks off',
      '[{"a":1},{"a":"x',
      'the file is cut off: it ends inside the value that begins in line 1, byte 10',
    ],
    ['an object that breaks off', '{"a":[{"b":1},', 'the file is cut off: it ends where a value is expected'],
    ['text behind the end', '[{"a":1}] x', 'line 1: text follows the end of the array'],
    [
      'brackets that do not match',
      '[{"a":[1}]',
      'record 1, line 1, byte 9 of the file: a comma or ] is expected, not "}"',
    ],
    [
      'a bad escape',
      '[{"a":"\\x"}]',
      'record 1, line 1, byte 9 of the file: an escape that JSON knows is expected',
    ],
    [
      'a line break in a string',
      '[{"a":"\n"}]',
      'a character of a string is expected, not the control character U+000a',
    ],
    ['a number with a leading zero', '[{"a":01}]', 'a comma or } is expected, not "1"'],
    ['records of different kinds', '[{"a":1},[2]]', 'it is an array, where an object is expected as before'],
    ['arrays of different lengths', '[[1,2],[3]]', 'it has 1 values, where 2 are expected as before'],
    ['nothing', ' \n ', 'it holds nothing but blanks'],
    ['an empty array', '[]', 'its array is empty: there is no record'],
    ['plain text', 'hello', 'line 1: an array or an object is expected, not "h"'],
    ['nesting without end', '[{"a":' + '['.repeat(100_000), 'the file is cut off'],
    [
      'deep nesting',
      `[{"a":${'['.repeat(5000)}${']'.repeat(5000)}}]`,
      'at most 512 levels of nesting is expected',
    ],
    [
      'keys that are data',
      `[{${Array.from({ length: 2001 }, (_, i) => `"k${i}":1`).join()}}]`,
      'more than 2000 different keys',
    ],
    ['a key without end', `[{"${'k'.repeat(2000)}":1}]`, 'a key is longer than 1000 characters'],
  ])('%s', async (_what, text, reason) => {
    await expect(readJson(text)).rejects.toMatchObject({
      code: 'SH_INPUT_MALFORMED',
      parameters: { reason: expect.stringContaining(reason) },
    });
  });
});

describe('JSON lines', () => {
  test('a line that can not be read is rejected with its number, and makes no column', async () => {
    const text = '{"a":1}\r\n\r\n{"a":2,"oops":3\n[1]\n{"a":4}\n';
    const { headers, rows, lines, rejects, notes } = await readJson(text, { lines: true });
    expect(headers).toEqual(['a']);
    expect(rows).toEqual([['1'], ['4']]);
    expect(lines).toEqual([1, 5]);
    expect(rejects).toEqual([
      { reason: 'character 16: it ends where a comma or } is expected', text: '{"a":2,"oops":3', line: 3 },
      { reason: 'it is an array, where an object is expected as before', text: '[1]', line: 4 },
    ]);
    expect(notes.slice(0, 2)).toEqual([
      '2 lines could not be read and are kept apart (the first: line 3, character 16: it ends where a comma or } is expected)',
      '1 blank line was skipped',
    ]);
  });

  test('a last line that breaks off refuses the file', async () => {
    await expect(readJson('{"a":1}\n{"a":"x', { lines: true })).rejects.toMatchObject({
      parameters: { reason: 'the file is cut off: it ends inside the value that begins in line 2, byte 9' },
    });
  });

  test('a file most of whose lines are no records is refused', async () => {
    await expect(readJson('[\n{"a":1},\n{"a":2}\n]\n', { lines: true })).rejects.toMatchObject({
      code: 'SH_INPUT_MALFORMED',
      parameters: { reason: expect.stringContaining('3 of its 4 lines are no record') },
    });
  });
});
