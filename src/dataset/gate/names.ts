import {
  BOUND_ONLY_FUNCTIONS,
  ORDER_FREE_AGGREGATES,
  ORDERED_AGGREGATES,
  ORDERED_WINDOWS,
  PEER_WINDOWS,
  REFUSED,
  SCALAR_FUNCTIONS,
  SPREAD_AGGREGATES,
  SUMMING_AGGREGATES,
} from './allowlist.ts';
import { refuse } from './refuse.ts';

const SCALARS = new Set(Object.values(SCALAR_FUNCTIONS).flat());
const SUMMING = new Set(SUMMING_AGGREGATES);
const SPREAD = new Set(SPREAD_AGGREGATES);
const ORDERED = new Set(ORDERED_AGGREGATES);
const ORDER_FREE = new Set(ORDER_FREE_AGGREGATES);
const BOUND = new Set([...SCALARS, ...BOUND_ONLY_FUNCTIONS]);
const WINDOWS_BY_PEERS = new Set(PEER_WINDOWS);
const WINDOWS_BY_ROW = new Set(ORDERED_WINDOWS);

/** How an aggregate depends on the order of its rows. */
export type AggregateKind = 'order_free' | 'summing' | 'spread' | 'ordered';

/** The kind of an aggregate, or undefined for anything else. */
export function aggregateKind(name: string): AggregateKind | undefined {
  if (ORDER_FREE.has(name)) return 'order_free';
  if (SUMMING.has(name)) return 'summing';
  if (SPREAD.has(name)) return 'spread';
  return ORDERED.has(name) ? 'ordered' : undefined;
}

/** How a pure window function depends on the order among peers, or undefined for anything else. */
export function windowKind(name: string): 'by_peers' | 'by_row' | undefined {
  if (WINDOWS_BY_PEERS.has(name)) return 'by_peers';
  return WINDOWS_BY_ROW.has(name) ? 'by_row' : undefined;
}

/** Refuses a function that may not be called; aggregates pass. */
export function checkFunctionName(name: string): void {
  if (!SCALARS.has(name) && !aggregateKind(name)) refuseFunction(name);
}

/** The same for a name in a bound plan, where DuckDB adds some of its own. */
export function checkBoundFunctionName(name: string): void {
  if (!BOUND.has(name)) refuseFunction(name);
}

/** Refuses a function by name, saying what to use instead where that is known. */
export function refuseFunction(name: string): never {
  const known = REFUSED.find(([pattern]) => pattern.test(name));
  refuse(
    `the function ${name} may not be used: ${known?.[1] ?? 'it is not on the list of allowed functions'}`,
  );
}
