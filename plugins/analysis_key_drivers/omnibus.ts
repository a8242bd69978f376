import { fTail, kruskalWallis } from '../../src/sdk/index.ts';
import type { Tally } from './tally.ts';

/** Whether a measure differs between the levels of a factor at all. */
export interface Omnibus {
  /** Kruskal and Wallis' H, over the design effect. */
  readonly statistic: number;
  readonly p_value: number;
  /** Values of the measure. */
  readonly n: number;
  readonly groups: number;
  /** Epsilon squared: the share of the variance of the ranks that lies between the levels, less what chance gives. */
  readonly explained: number;
  /** Variance of the levels' mean ranks over what it were if rows were independent; at least 1. */
  readonly designEffect: number;
}

/**
 * The test of Kruskal and Wallis (1952) with the correction for ties. Where rows come in blocks of time, H is divided
 * by its mean design effect over these blocks (Rao and Scott, 1981: the first-order correction, referred to F), for
 * rows of the same day are often alike. Undefined with fewer than two groups or no two different values.
 */
export function omnibusOf(tally: Tally): Omnibus | undefined {
  const groups = groupsOf(tally).filter(({ n }) => n > 0);
  const n = groups.reduce((sum, group) => sum + group.n, 0);
  if (groups.length < 2 || tally.shares.length < 2) return undefined;
  const ranked = groups.map((group) => ({ n: group.n, rankSum: group.n * (group.mean * n + 0.5) }));
  const test = kruskalWallis({ n, groups: ranked, tieTerm: tieTermOf(tally) });
  const df = groups.length - 1;
  const { designEffect, occupied } = designEffectOf(tally, groups, n);
  const statistic = test.statistic / designEffect;
  return {
    statistic,
    p_value: tally.blocks > 1 ? fTail(statistic / df, df, df * (occupied - 1)) : test.p_value,
    n,
    groups: groups.length,
    explained: Math.max(0, (test.statistic - df) / (n - 1 - df)),
    designEffect,
  };
}

/** Σ (t³ - t) over the classes. */
function tieTermOf({ measure }: Tally): number {
  return measure.classes.counts.reduce((sum, count) => sum + count * (count * count - 1), 0);
}

interface Group {
  readonly code: number;
  readonly n: number;
  /** Mean share of the values below. */
  readonly mean: number;
}

function groupsOf(tally: Tally): Group[] {
  return tally.factor.levels.map(({ code }) => {
    let [n, shares] = [0, 0];
    for (let at = code * tally.blocks * 2; at < (code + 1) * tally.blocks * 2; at += 1) {
      n += tally.rows[at] ?? 0;
      shares += tally.shareSums[at] ?? 0;
    }
    return { code, n, mean: shares / n };
  });
}

/** Mean over the levels of n · (variance of the mean rank over blocks) / (variance of the ranks). */
function designEffectOf(tally: Tally, groups: readonly Group[], n: number) {
  const occupied = occupiedBlocks(tally);
  if (tally.blocks === 1) return { designEffect: 1, occupied };
  let effects = 0;
  for (let block = 0; block < tally.blocks; block += 1) {
    const residuals = groups.map((group) => residual(tally, group, block));
    const common = residuals.reduce((sum, one) => sum + one, 0) / n;
    for (const [i, { n: size }] of groups.entries())
      effects += size * ((residuals[i] ?? 0) / size - common) ** 2;
  }
  const scale = occupied / (occupied - 1) / varianceOfShares(tally, n) / (groups.length - 1);
  return { designEffect: Math.max(1, effects * scale), occupied };
}

/** Variance (divisor n - 1) of the mean ranks as shares. */
function varianceOfShares({ measure, shares }: Tally, n: number): number {
  const { counts } = measure.classes;
  return counts.reduce((sum, count, at) => sum + count * ((shares[at] ?? 0) - 0.5) ** 2, 0) / (n - 1);
}

function residual(tally: Tally, group: Group, block: number): number {
  const at = (group.code * tally.blocks + block) * 2;
  const rows = (tally.rows[at] ?? 0) + (tally.rows[at + 1] ?? 0);
  return (tally.shareSums[at] ?? 0) + (tally.shareSums[at + 1] ?? 0) - group.mean * rows;
}

function occupiedBlocks(tally: Tally): number {
  let occupied = 0;
  for (let block = 0; block < tally.blocks; block += 1) {
    const has = tally.factor.levels.some(({ code }) => {
      const at = (code * tally.blocks + block) * 2;
      return (tally.rows[at] ?? 0) + (tally.rows[at + 1] ?? 0) > 0;
    });
    if (has) occupied += 1;
  }
  return occupied;
}
