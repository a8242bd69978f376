import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  ORDER_FREE_AGGREGATES,
  ORDERED_AGGREGATES,
  ORDERED_WINDOWS,
  PEER_WINDOWS,
  RESULT_TYPES,
  SCALAR_FUNCTIONS,
  SPREAD_AGGREGATES,
  SUMMING_AGGREGATES,
  TABLE_FUNCTIONS,
} from '../../src/dataset/gate/allowlist.ts';

const page = readFileSync(new URL('../../docs/reference/queries.md', import.meta.url), 'utf8');

/** The names in code marks between two texts of the page, in order. */
function namesBetween(start: string, end: string): string[] {
  const from = page.indexOf(start);
  const to = page.indexOf(end, from + start.length);
  expect(from, start).toBeGreaterThan(-1);
  expect(to, end).toBeGreaterThan(-1);
  return [...page.slice(from + start.length, to).matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
}

describe('docs/reference/queries.md lists exactly what the gate allows', () => {
  it.each([
    ['these functions:', '.\n', TABLE_FUNCTIONS],
    ['Over any type:', '. `median`', ORDER_FREE_AGGREGATES],
    ['exact in any order:', '. Over DOUBLE', SUMMING_AGGREGATES],
    ['`ctx.exact`):', '.\n\nOnly', SPREAD_AGGREGATES],
    ['Only with a total order inside:', '. The order', ORDERED_AGGREGATES],
    ['With any order:', ', and aggregates', PEER_WINDOWS],
    ['Only with a total order:', ', and every', ORDERED_WINDOWS],
    ['## Types of a result', '. Intervals', RESULT_TYPES],
  ])('%s', (start, end, names) => {
    expect(namesBetween(start, end)).toEqual(names);
  });

  it.each(Object.entries(SCALAR_FUNCTIONS))('functions: %s', (group, names) => {
    expect(namesBetween(`- ${group}:`, '\n\n')).toEqual(names);
  });
});
