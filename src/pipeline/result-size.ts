import type { PluginOutput, PluginResult } from '../contract/index.ts';
import type { EvidenceRegistry } from './evidence-registry.ts';
import { InvalidOutput } from './invalid-output.ts';

/**
 * A result repeats the evidence of each claim, and of derivations all that they were computed from: a small output can
 * stand for one that no machine could write down.
 */
const MAX_RESULT_BYTES = 64 * 2 ** 20;
const MAX_CHART_CELLS = 1_000_000;
/** What a value costs beside its text. */
const VALUE_BYTES = 4;

/** Throws InvalidOutput where a result would be too large to be written down. It looks no further than that. */
export function assertResultFits(result: PluginResult): void {
  if (!fits(result, { left: MAX_RESULT_BYTES })) {
    throw new InvalidOutput(
      `its result, with the evidence of each claim, has more than ${MAX_RESULT_BYTES >> 20} MB`,
    );
  }
}

/** Throws InvalidOutput where the rows behind an output's charts are too many together. */
export function assertChartsFit({ charts }: PluginOutput, registry: EvidenceRegistry): void {
  const cells = charts.reduce((sum, chart) => {
    const query = registry.queries.get(chart.query);
    return sum + (query?.rows.length ?? 0) * (query?.columns.length ?? 0);
  }, 0);
  if (cells > MAX_CHART_CELLS) {
    throw new InvalidOutput(`its charts hold ${cells} cells of data; at most ${MAX_CHART_CELLS} are taken`);
  }
}

/** Takes what a value costs as JSON from what is left; false once nothing is. */
function fits(value: unknown, budget: { left: number }): boolean {
  budget.left -= VALUE_BYTES + (typeof value === 'string' ? value.length : 0);
  if (budget.left < 0) return false;
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every((item) => fits(item, budget));
  return Object.entries(value).every(([key, member]) => {
    budget.left -= key.length;
    return fits(member, budget);
  });
}
