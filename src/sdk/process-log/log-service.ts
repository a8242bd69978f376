import type { Context } from '../context.ts';
import { deriveAs } from './columns.ts';
import type { Intervals } from './intervals.ts';

/** Service times below a second count as one: nobody acts on less, and many systems record whole seconds. */
const SHORTEST_US = 1_000_000;
const ROOTS = 8;

/**
 * Derives the natural logarithm of the service time in whole millionths, so that sums of it are exact; missing where
 * the service time is, or is below 0. Differences of means of it are logarithms of ratios of geometric means.
 *
 * Queries have no logarithm, whose last digit would depend on the machine; square roots, products and quotients are
 * the same everywhere. With r the 256th root of x (eight square roots) and y = (r - 1) / (r + 1),
 * ln x = 512 (y + y³/3 + y⁵/5 + …): what is left out is below 1e-6 for every x up to 1e13.
 */
export async function deriveLogService(
  ctx: Context,
  { service }: Pick<Intervals, 'service'>,
): Promise<string> {
  const root = Array.from({ length: ROOTS }).reduce<string>(
    (inner) => `sqrt(${inner})`,
    `CAST(greatest(${service}, ${SHORTEST_US}) AS DOUBLE)`,
  );
  const r = await deriveAs(ctx, 'service_root', `CASE WHEN ${service} >= 0 THEN ${root} END`);
  const y = await deriveAs(ctx, 'service_quotient', `(${r} - 1) / (${r} + 1)`);
  const series = `${y} + ${y} * ${y} * ${y} * (1.0::DOUBLE / 3 + ${y} * ${y} / 5)`;
  return deriveAs(ctx, 'log_service', `CAST(round(512 * (${series}) * 1000000) AS BIGINT)`);
}
