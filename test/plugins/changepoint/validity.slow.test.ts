import { describe, expect, test } from 'vitest';
import {
  type FoundChange,
  isHopeful,
  STUDY_DEFAULTS,
  studySeries,
} from '../../../plugins/analysis_changepoint/series-study.ts';
import { createRandom, type RandomStream } from '../../../src/sdk/index.ts';

const SERIES = 200;
const LENGTH = 100;
const CASES = 60;
/** Of 200 at a rate of 5 %: exceeded with a probability of 1 %. */
const AT_MOST = 17;

const KINDS: Readonly<Record<string, (random: RandomStream) => () => number>> = {
  'independent normal values': (random) => () => random.normal(),
  'independent values with heavy tails': (random) => () => student3(random),
  'independent skewed values': (random) => () => Math.exp(1.5 * random.normal()),
  'independent counts with many ties': (random) => () => poisson(random, 2),
  'noise that remembers 0.3 of its last value': (random) => remembering(random, 0.3),
  'noise that remembers half of its last value': (random) => remembering(random, 0.5),
  'noise that remembers 0.8 of its last value': (random) => remembering(random, 0.8),
};

describe('without a change, series are claimed to have one in at most 5 % of cases', () => {
  test.each(Object.entries(KINDS))('%s', (name, kind) => {
    const studies = Array.from({ length: SERIES }, (_, i) => {
      const random = createRandom(String(i + 1), name);
      const draw = kind(random);
      return study(
        Float64Array.from({ length: LENGTH }, () => draw()),
        random,
      );
    });
    const rejected = studies.filter(({ p }) => p <= 0.05).length;
    const claimed = studies.filter(({ claims }) => claims.length > 0).length;
    console.log(`${name}: p ≤ 0.05 in ${rejected} of ${SERIES} series, claimed in ${claimed}`);
    expect(rejected).toBeLessThanOrEqual(AT_MOST);
    expect(claimed).toBeLessThanOrEqual(AT_MOST);
  });
});

describe('a step of one standard deviation after 60 % of 200 values', () => {
  const cases: Readonly<Record<string, (random: RandomStream) => () => number>> = {
    'in normal noise': (random) => () => random.normal(),
    'in heavy-tailed noise': (random) => () => student3(random) / Math.sqrt(3),
  };

  test.each(Object.entries(cases))('%s is claimed in nine of ten cases, near its place', (name, kind) => {
    const found = Array.from({ length: CASES }, (_, i) => {
      const random = createRandom(String(i + 1), `step ${name}`);
      const draw = kind(random);
      const values = Float64Array.from({ length: 200 }, (_value, t) => draw() + (t < 120 ? 0 : 1));
      return study(values, random).claims.find(({ at }) => Math.abs(at - 120) <= 15);
    }).filter((change) => change !== undefined);
    const inPlace = found.filter(({ earliest, latest }) => earliest <= 120 && 120 <= latest).length;
    const inSize = found.filter(({ low, high }) => low <= 1 && 1 <= high).length;
    console.log(`${name}: found ${found.length}, place inside ${inPlace}, size inside ${inSize}`);
    expect(found.length).toBeGreaterThanOrEqual(0.9 * CASES);
    expect(inPlace / found.length).toBeGreaterThanOrEqual(0.9);
    expect(inSize / found.length).toBeGreaterThanOrEqual(0.85);
  });
});

test('a step of two and a half standard deviations in 60 days that remember 0.3 of the last is claimed in nine of ten cases', () => {
  const found = Array.from({ length: CASES }, (_, i) => {
    const random = createRandom(String(i + 1), 'step in noise with a memory');
    const draw = remembering(random, 0.3);
    const step = 2.5 / Math.sqrt(1 - 0.3 ** 2);
    const values = Float64Array.from({ length: 60 }, (_value, t) => draw() + (t < 36 ? 0 : step));
    return study(values, random).claims.some(({ at }) => Math.abs(at - 36) <= 5);
  }).filter(Boolean).length;
  console.log(`step in noise with a memory: found ${found}`);
  expect(found).toBeGreaterThanOrEqual(0.9 * CASES);
});

function study(values: Float64Array, random: RandomStream): { p: number; claims: readonly FoundChange[] } {
  const { tested } = studySeries(values, [], random, { ...STUDY_DEFAULTS, permutations: 399 });
  if (tested === undefined) return { p: 1, claims: [] };
  return {
    p: tested.test.p_value,
    claims: tested.test.p_value <= 0.05 ? tested.changes.filter(isHopeful) : [],
  };
}

function student3(random: RandomStream): number {
  const squares = random.normal() ** 2 + random.normal() ** 2 + random.normal() ** 2;
  return random.normal() / Math.sqrt(squares / 3);
}

function poisson(random: RandomStream, mean: number): number {
  let [count, product] = [0, random.uniform()];
  for (const limit = Math.exp(-mean); product > limit; count += 1) product *= random.uniform();
  return count;
}

function remembering(random: RandomStream, phi: number): () => number {
  let state = random.normal() / Math.sqrt(1 - phi * phi);
  return () => {
    const value = state;
    state = phi * state + random.normal();
    return value;
  };
}
