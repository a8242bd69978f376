import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Annotation, cover, f1 } from '../../bench/tcpd/score.ts';

interface Extract {
  readonly n: number;
  readonly annotations: readonly Annotation[];
  readonly zero: { readonly f1: number; readonly cover: number };
}

const extracts = JSON.parse(
  readFileSync(new URL('../../fixtures/tcpd/annotations.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Extract>>;

test.each(Object.entries(extracts))('finding nothing in %s scores as published', (_name, extract) => {
  expect(Math.abs(f1(extract.annotations, []) - extract.zero.f1)).toBeLessThan(6e-5);
  expect(Math.abs(cover(extract.annotations, [], extract.n) - extract.zero.cover)).toBeLessThan(6e-5);
});

test('F1 is that of precision over all annotators and of their mean recall', () => {
  // union {0, 10, 50}, found {0, 12, 30}: precision 2/3; recalls 2/2, 1/2, 1/1, mean 5/6
  const annotations = [[10], [50], []];
  expect(f1(annotations, [12, 30])).toBeCloseTo((2 * (2 / 3) * (5 / 6)) / (2 / 3 + 5 / 6), 12);
});

test('a point counts up to five places away, and each that was found only once', () => {
  expect(f1([[20]], [25])).toBe(1);
  expect(f1([[20]], [26])).toBeCloseTo(0.5, 12);
  // found {0, 21} has one point for two of the annotator's
  expect(f1([[20, 22]], [21])).toBeCloseTo((2 * 1 * (2 / 3)) / (1 + 2 / 3), 12);
});

test('cover weighs the best overlap of each annotated segment by its length', () => {
  // segments [0, 40) and [40, 100) against [0, 50) and [50, 100): 40/50 and 50/60
  expect(cover([[40]], [50], 100)).toBeCloseTo(0.4 * (40 / 50) + 0.6 * (50 / 60), 12);
  expect(cover([[40], []], [], 100)).toBeCloseTo((0.4 * 0.4 + 0.6 * 0.6 + 1) / 2, 12);
});

test('what agrees with everyone scores one', () => {
  expect([
    f1(
      [
        [7, 90],
        [7, 90],
      ],
      [7, 90],
    ),
    cover(
      [
        [7, 90],
        [7, 90],
      ],
      [7, 90],
      200,
    ),
  ]).toEqual([1, 1]);
});
