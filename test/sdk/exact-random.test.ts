import { describe, expect, it } from 'vitest';
import { createRandom, splitmix64, xoshiro256 } from '../../src/sdk/random.ts';

const draw = (count: number, next: () => number) => Array.from({ length: count }, next);

describe('seeded streams', () => {
  it('run on xoshiro256** as published: state 1, 2, 3, 4', () => {
    const source = xoshiro256([1n, 2n, 3n, 4n]);
    const words = Array.from({ length: 10 }, () => (BigInt(source.high()) << 32n) | BigInt(source.low()));
    expect(words.map(String)).toEqual([
      '11520',
      '0',
      '1509978240',
      '1215971899390074240',
      '1216172134540287360',
      '607988272756665600',
      '16172922978634559625',
      '8476171486693032832',
      '10595114339597558777',
      '2904607092377533576',
    ]);
  });

  it('are seeded by splitmix64 as published: seed 1234567', () => {
    const next = splitmix64(1234567n);
    expect(Array.from({ length: 5 }, () => String(next()))).toEqual([
      '6457827717110365317',
      '3203168211198807973',
      '9817491932198370423',
      '4593380528125082431',
      '16408922859458223821',
    ]);
  });

  it('repeat for a seed and a label, and differ for others', () => {
    const first = (seed: string, label?: string) => String(createRandom(seed, label).bits());
    expect(first('42', 'bootstrap')).toBe(first('42', 'bootstrap'));
    const others = [
      first('42'),
      first('42', 'a'),
      first('42', 'b'),
      first('43', 'a'),
      first('42', 'a\0'),
      first('0'),
    ];
    expect(new Set(others).size).toBe(others.length);
    expect(first('18446744073709551615', 'ü')).toMatch(/^\d+$/);
  });

  it.each(['', '-1', '1.5', '18446744073709551616', 'x'])('refuse the seed %j', (seed) => {
    expect(() => createRandom(seed)).toThrow(RangeError);
  });

  it('draw uniforms in [0, 1) with the mean and variance of that', () => {
    const random = createRandom('7', 'uniform');
    const values = draw(20_000, random.uniform);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / values.length));
  });

  it('draw integers below n evenly', () => {
    const random = createRandom('7', 'integer');
    const counts = [0, 0, 0, 0, 0, 0];
    for (const value of draw(30_000, () => random.integer(6))) counts[value] = (counts[value] ?? 0) + 1;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 5000) ** 2 / 5000, 0);
    expect(chiSquare).toBeLessThan(20.5); // 99.9 % of chi-square with 5 degrees of freedom
    expect(random.integer(1)).toBe(0);
    expect(random.integer(2 ** 53)).toBeLessThan(2 ** 53);
    for (const n of [0, -1, 1.5, 2 ** 54]) expect(() => random.integer(n)).toThrow(RangeError);
  });

  it('shuffle to every order alike and leave the original alone', () => {
    const random = createRandom('7', 'shuffle');
    const items = ['a', 'b', 'c', undefined];
    const seen = new Map<string, number>();
    for (let i = 0; i < 12_000; i += 1) {
      const order = random.shuffle(items).join();
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect(items).toEqual(['a', 'b', 'c', undefined]);
    expect(seen.size).toBe(24);
    const chiSquare = [...seen.values()].reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0);
    expect(chiSquare).toBeLessThan(49.8); // 99.9 % with 23 degrees of freedom
  });

  it('draw normals with the moments of the standard normal', () => {
    const random = createRandom('7', 'normal');
    const values = draw(40_000, random.normal);
    const moment = (k: number) => values.reduce((sum, value) => sum + value ** k, 0) / values.length;
    expect(Math.abs(moment(1))).toBeLessThan(4 / 200);
    expect(Math.abs(moment(2) - 1)).toBeLessThan((4 * Math.SQRT2) / 200);
    expect(Math.abs(moment(4) - 3)).toBeLessThan((4 * Math.sqrt(96)) / 200);
  });
});
