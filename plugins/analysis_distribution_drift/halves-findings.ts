import type { Context } from '../../src/sdk/index.ts';
import type { HalvesRequest } from './halves-request.ts';
import { reportLevels } from './level-findings.ts';
import { reportMeasure } from './measure-findings.ts';

export async function reportHalves(ctx: Context, request: HalvesRequest): Promise<void> {
  const { column } = request.test.counts;
  if (column.kind === 'category') await reportLevels(ctx, request, column.codes);
  else await reportMeasure(ctx, request, column);
}
