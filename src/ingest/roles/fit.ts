import type { ColumnFacts } from './facts.ts';
import type { UniqueRole } from './roles-of-kinds.ts';

/** How well a column fits a role, and why. */
export interface Fit {
  readonly role: UniqueRole;
  readonly facts: ColumnFacts;
  /** What the header says, in [0, 1]. */
  readonly name: number;
  /** What the values say for it, in [0, 1]. */
  readonly value: number;
  /** What the values say against it: 1 nothing, 0 impossible. */
  readonly gate: number;
  /** In plain English, with counts. */
  readonly reasons: readonly string[];
  /** The key that its values are those of, where that is not the run's identity. */
  readonly pointsAt?: ColumnFacts;
}

/**
 * How sure, in [0, 1]: the header and the values are two witnesses, each of whom may be wrong, so what is left of
 * doubt is the product of their doubts; what the values say against it scales the rest. Values of a few rows prove
 * little, so their weight grows with the rows: n / (n + 5).
 */
export function certainty(fit: Pick<Fit, 'name' | 'value' | 'gate'>, rows: number): number {
  const weight = rows / (rows + 5);
  const against = fit.gate === 0 ? 0 : 1 - weight * (1 - fit.gate);
  return against * (1 - (1 - fit.name) * (1 - weight * fit.value));
}

/** A number from 0 to 1 with two decimals. */
export function rounded(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 100) / 100;
}
