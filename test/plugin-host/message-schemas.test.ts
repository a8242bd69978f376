import { expect, test } from 'vitest';
import { whatIsWrong } from '../../src/plugin-host/message-schemas.ts';

const request = (call: unknown, id: unknown = 1) => ({ type: 'request', id, call });

test.each([
  [
    request({ method: 'exact', request: { kind: 'mean', columns: ['amount'] } }),
    'ctx.exact: kind: must be one of sum, moments, products, squares, cross_products, got "mean"',
  ],
  [
    request({ method: 'exact' }),
    'ctx.exact: must have required property \'request\', got {"method":"exact"}',
  ],
  [request({ method: 'query', sql: 7, parameters: [] }), 'ctx.query: sql: must be string, got 7'],
  [request({ method: 'constructor' }), 'a message has a form that does not exist'],
  [request({ method: 'nextBatch', stream: 1 }, null), 'a message has a form that does not exist'],
  [null, 'a message has a form that does not exist'],
])('a message of a form that does not exist is told by the call that it seems to be: %j', (message, told) => {
  expect(whatIsWrong(message)).toBe(told);
});
