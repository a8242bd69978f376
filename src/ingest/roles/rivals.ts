import type { ColumnFacts } from './facts.ts';
import type { Fit } from './fit.ts';
import { determines } from './labels.ts';
import type { Other, Solution } from './solve.ts';

/** What another reading of the table, nearly as good, says of a bound column. */
export interface Rival {
  readonly instead: Fit;
  /** So near that nobody can tell which of the two is right. */
  readonly tie: boolean;
}

/** Worths in millionths of a certainty: nearer than the first nobody can tell, nearer than the second it is doubtful. */
const TIE = 30_000;
const CLOSE = 100_000;

/**
 * The nearest other reading that gives the role to another column, or the column to another role: of the same fits,
 * or of another key, case or order of times (`readings`).
 */
export function rivalOf(fit: Fit, best: Solution, readings: readonly Solution[]): Rival | undefined {
  let nearest: Other | undefined;
  for (const other of [best.without(fit), ...readings.map((reading) => insteadIn(reading, fit))]) {
    if (other === undefined || sameMeaning(fit, other.instead)) continue;
    if (nearest === undefined || other.worth > nearest.worth) nearest = other;
  }
  if (nearest === undefined || best.worth - nearest.worth >= CLOSE) return undefined;
  return { instead: nearest.instead, tie: best.worth - nearest.worth < TIE };
}

function insteadIn({ bound, worth }: Solution, fit: Fit): Other | undefined {
  const taken = bound.find((b) => b.fit.role === fit.role);
  if (taken?.fit.facts === fit.facts) return undefined;
  const instead = taken ?? bound.find((b) => b.fit.facts === fit.facts);
  return instead === undefined ? undefined : { instead: instead.fit, worth };
}

/** The same times written twice, or a code and its name, which go together one to one: either will do. */
function sameMeaning(fit: Fit, instead: Fit): boolean {
  const [a, b] = [fit.facts, instead.facts];
  if (fit.role !== instead.role) return false;
  if (a.family === 'instant') return a.sample.every((cell, i) => cell === (b.sample[i] ?? null));
  return repeats(a) && repeats(b) && determines(a, b) && determines(b, a);
}

function repeats(facts: ColumnFacts): boolean {
  return facts.distinct * 2 <= facts.nonNull;
}
