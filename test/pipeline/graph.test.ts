import { expect, test } from 'vitest';
import { dependencyOrder } from '../../src/pipeline/graph.ts';

const node = (id: string, ...needs: string[]) => ({
  id,
  depends_on: needs.map((need) => ({ id: need, required: true })),
});

test('each plugin comes after what it depends on, ties by id', () => {
  expect(dependencyOrder([node('c', 'b'), node('b'), node('a', 'c'), node('d')])).toEqual([
    'b',
    'c',
    'a',
    'd',
  ]);
});

test('EXEC-07 a cycle is reported with its exact path and a suggestion', () => {
  const cycle = () => dependencyOrder([node('x', 'a'), node('a', 'b'), node('b', 'c'), node('c', 'a')]);
  expect(cycle).toThrow('The plugins depend on each other in a circle: a → b → c → a.');
  expect(cycle).toThrow(expect.objectContaining({ hint: expect.stringContaining('c on a'), exitCode: 2 }));
});

test('a plugin that depends on itself is a cycle', () => {
  expect(() => dependencyOrder([node('a', 'a')])).toThrow('a → a');
});
