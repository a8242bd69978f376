import { munkres } from 'munkres';

/**
 * Gives each row at most one column and each column at most one row, so that the sum of the gains is greatest.
 * A gain must be a safe integer; a pair whose gain is not positive is left unbound. Hungarian algorithm
 * (Kuhn 1955, Munkres 1957).
 * @returns for each row its column, or undefined
 */
export function assign(gains: readonly (readonly number[])[]): (number | undefined)[] {
  const columns = gains[0]?.length ?? 0;
  const chosen = new Array<number | undefined>(gains.length).fill(undefined);
  if (columns === 0) return chosen;
  const costs = gains.map((row) => row.map((gain) => (gain > 0 ? -gain : 0)));
  for (const [row, column] of munkres(costs)) {
    if ((gains[row]?.[column] ?? 0) > 0) chosen[row] = column;
  }
  return chosen;
}
