import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fieldFromCell } from '../../src/pipeline/field-values.ts';

test.each([
  ['12', 'BIGINT', { value: 12 }],
  ['0.10', 'DECIMAL(3,2)', { value: 0.1 }],
  ['9007199254740993', 'BIGINT', { value: 9007199254740992, exact: '9007199254740993' }],
  ['0.1234567890123456789', 'DECIMAL(38,19)', { value: 0.12345678901234568, exact: '0.1234567890123456789' }],
  ['-0.00', 'DECIMAL(3,2)', { value: 0 }],
  ['1e-7', 'DOUBLE', { value: 1e-7 }],
  ['1e+21', 'DOUBLE', { value: 1e21 }],
  ['100000000000000000000000', 'DECIMAL(38,0)', { value: 1e23 }],
  ['NaN', 'DOUBLE', { value: 'NaN' }],
  ['007', 'VARCHAR', { value: '007' }],
  [null, 'BIGINT', { value: null }],
])('cell %j of type %s', (cell, type, expected) => {
  expect(fieldFromCell(cell, type)).toEqual(expected);
});

test('a double that is written in full never needs its exact text', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
      expect(fieldFromCell(String(x), 'DOUBLE')).toEqual({ value: x + 0 });
    }),
  );
});
