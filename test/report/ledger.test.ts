import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { benjaminiHochberg, closeLedger } from '../../src/report/index.ts';
import { finding, ledgerEntry, result } from './documents.ts';

describe('q-values', () => {
  it('equal those of the example of Benjamini and Hochberg (1995), worked by hand', () => {
    const p = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
      0.759, 1,
    ];
    const byHand = [
      0.0015,
      0.003,
      0.0095,
      0.035625,
      0.0603,
      0.447 / 7,
      0.447 / 7,
      0.0645,
      0.0765,
      0.486,
      6.393 / 11,
      0.714875,
      9.792 / 13,
      11.385 / 14,
      1,
    ];
    const q = benjaminiHochberg(p);
    for (const [i, expected] of byHand.entries()) expect(q[i]).toBeCloseTo(expected, 12);
    expect(q.filter((value) => value <= 0.05)).toHaveLength(4);
  });

  it('equal those of p.adjust in R: BH, and BY for a family that is dependent by construction', () => {
    const file = new URL('../../fixtures/reference/ledger/p-adjust.json', import.meta.url);
    const reference = JSON.parse(readFileSync(file, 'utf8')) as Record<'p' | 'BH' | 'BY', number[]>;
    const tests = reference.p.map((p, i) => ({ ...ledgerEntry('a', `h${i}`, p), dependent: true }));
    const { entries } = closeLedger([result('a', { tests })], 0.05).ledger;
    const by = new Map(entries.map((entry) => [entry.label, entry.q_value]));
    const bh = benjaminiHochberg(reference.p);
    expect(bh).toHaveLength(65);
    for (const [i, q] of bh.entries()) {
      expect(Math.abs(q - (reference.BH[i] ?? 2))).toBeLessThan(1e-14);
      expect(Math.abs((by.get(`h${i}`) ?? 2) - (reference.BY[i] ?? 2))).toBeLessThan(1e-14);
    }
  });

  it('are given in the order of the p-values, equal for equal p-values', () => {
    expect(benjaminiHochberg([0.04, 0.01, 0.04])).toEqual([0.04, 0.03, 0.04]);
    expect(benjaminiHochberg([])).toEqual([]);
  });

  it('never fall below the p-value, keep its order and depend on no other order', () => {
    const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(pValues, (p) => {
        const q = benjaminiHochberg(p);
        const reversed = benjaminiHochberg(p.toReversed()).toReversed();
        expect(q).toEqual(reversed);
        p.forEach((a, i) => {
          expect(q[i]).toBeGreaterThanOrEqual(a);
          p.forEach((b, j) => {
            if (a <= b) expect(q[i]).toBeLessThanOrEqual(q[j] ?? 0);
          });
        });
      }),
    );
  });
});

const test = (label: string, pValue: number) => ({
  label,
  name: 'z',
  statistic: 3,
  p_value: pValue,
  family: 'differences',
  q_value: null,
});

describe('closing the ledger of a run', () => {
  it('judges the tests of all plugins in one pass and fills the q-values in', () => {
    const a = result('a', {
      tests: [ledgerEntry('a', 'x', 0.01)],
      findings: [finding({ plugin_id: 'a', kind: 'x', test: test('x', 0.01) })],
    });
    const b = result('b', { tests: [ledgerEntry('b', 'y', 0.5), ledgerEntry('b', 'z', 0.02)] });
    const { ledger, results } = closeLedger([a, b], 0.05);
    expect(ledger.tested).toBe(3);
    expect(ledger.entries.map((entry) => [entry.label, entry.q_value, entry.outcome])).toEqual([
      ['x', 0.03, 'kept'],
      ['z', 0.03, 'not_claimed'],
      ['y', 0.5, 'not_claimed'],
    ]);
    expect(results[0]?.findings[0]?.test?.q_value).toBe(0.03);
  });

  it('drops what does not pass and counts it', () => {
    const only = result('a', {
      tests: [ledgerEntry('a', 'x', 0.001), ledgerEntry('a', 'y', 0.9)],
      findings: [
        finding({ plugin_id: 'a', kind: 'x', test: test('x', 0.001) }),
        finding({ plugin_id: 'a', kind: 'y', test: test('y', 0.9) }),
        finding({ plugin_id: 'a', kind: 'counted' }),
      ],
    });
    const closed = closeLedger([only], 0.05);
    expect(closed.results[0]?.findings.map((f) => f.kind)).toEqual(['x', 'counted']);
    expect(closed.drops.get('a')).toEqual({ tested: 2, findings: 1, items: 0 });
    expect(closed.ledger.entries.map((entry) => entry.outcome)).toEqual(['kept', 'dropped']);
  });

  it('drops items one by one, says so, and drops a finding none of whose items pass', () => {
    const item = (label: string, pValue: number) => ({
      title: 'an item',
      statement: 'It is one.',
      fields: {},
      evidence: [],
      charts: [],
      test: test(label, pValue),
    });
    const only = result('a', {
      tests: [0.001, 0.9, 0.95].map((p, i) => ledgerEntry('a', String(i), p)),
      findings: [
        finding({ plugin_id: 'a', kind: 'some', items: [item('0', 0.001), item('1', 0.9)] }),
        finding({ plugin_id: 'a', kind: 'none', items: [item('2', 0.95)] }),
      ],
    });
    const closed = closeLedger([only], 0.05);
    expect(closed.results[0]?.findings).toHaveLength(1);
    expect(closed.results[0]?.findings[0]?.items).toHaveLength(1);
    expect(closed.results[0]?.findings[0]?.limitations.join()).toContain(
      '1 of its 2 items did not pass the control of false discoveries: it is left out',
    );
    expect(closed.drops.get('a')).toEqual({ tested: 3, findings: 1, items: 2 });
  });

  it('says of a claim that passed by its own test that it stands without its items', () => {
    const item = {
      ...{ title: 'an item', statement: 'It is one.', fields: {}, evidence: [], charts: [] },
      test: test('y', 0.9),
    };
    const only = result('a', {
      tests: [ledgerEntry('a', 'x', 0.001), ledgerEntry('a', 'y', 0.9)],
      findings: [finding({ plugin_id: 'a', kind: 'x', test: test('x', 0.001), items: [item, item] })],
    });
    expect(closeLedger([only], 0.05).results[0]?.findings[0]?.limitations).toEqual([
      'The claim passed by a test of its own; none of its 2 items passed the control of false discoveries: they are left out, and counts in the claim include them.',
    ]);
  });

  it('refuses a finding whose test nobody registered', () => {
    const only = result('a', { findings: [finding({ plugin_id: 'a', kind: 'x', test: test('x', 0.001) })] });
    expect(() => closeLedger([only], 0.05)).toThrow(/not in the ledger/);
  });
});

describe('a family that is dependent by construction', () => {
  const pairs = { family: 'pairs', dependent: true };
  const planted = result('a', {
    tests: [
      ledgerEntry('a', 'p1', 0.006, pairs),
      ledgerEntry('a', 'p2', 0.02, pairs),
      ledgerEntry('a', 'p3', 0.9, pairs),
      ledgerEntry('a', 'alone', 0.012),
    ],
  });

  it('has its p-values multiplied by the harmonic sum of its size before the one pass, by hand', () => {
    const { ledger } = closeLedger([planted], 0.05);
    const factor = 1 + 1 / 2 + 1 / 3;
    // 0.011, 0.012, 0.036667, 1 (capped) of 4: 0.011·4/1, 0.012·4/2 → 0.024 for both; 0.036667·4/3; 1
    const q = Object.fromEntries(ledger.entries.map((entry) => [entry.label, entry.q_value]));
    expect(q['p1']).toBeCloseTo(0.024, 14);
    expect(q['alone']).toBeCloseTo(0.024, 14);
    expect(q['p2']).toBeCloseTo((0.02 * factor * 4) / 3, 14);
    expect(q['p3']).toBe(1);
    expect(ledger.families).toEqual([
      { plugin_id: 'a', family: 'differences', tested: 1, dependent: false, factor: 1 },
      { plugin_id: 'a', family: 'pairs', tested: 3, dependent: true, factor },
    ]);
  });

  it('is a family of one plugin: the same name elsewhere is another family', () => {
    const other = result('b', { tests: [ledgerEntry('b', 'q', 0.5, { family: 'pairs' })] });
    expect(closeLedger([planted, other], 0.05).ledger.families.map((f) => [f.plugin_id, f.tested])).toEqual([
      ['a', 1],
      ['a', 3],
      ['b', 1],
    ]);
  });

  it('changes nothing where it has one test', () => {
    const one = result('a', { tests: [ledgerEntry('a', 'x', 0.03, { dependent: true })] });
    expect(closeLedger([one], 0.05).ledger.entries[0]?.q_value).toBe(0.03);
  });
});
