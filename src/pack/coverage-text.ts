import { type Coverage, sampleText } from '../contract/index.ts';

/** Which rows a run looked at, with what it takes to draw a sample again. */
export function coverageText(coverage: Coverage): string {
  if (coverage.kind === 'FULL') return `FULL coverage: all ${coverage.of_rows} rows`;
  return `SAMPLED: ${coverage.rows} of ${coverage.of_rows} rows, ${sampleText(coverage)}`;
}
