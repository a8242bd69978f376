import type { Report } from '../contract/index.ts';
import { entriesOf } from './entries.ts';
import { isFact } from './rank.ts';

/** How many findings a report has, and of what sort. */
export interface FindingCounts {
  /** Those that claim something. */
  readonly findings: number;
  /** How many of the claims tell by other means what one before them tells: 2.1, 2.2 … */
  readonly repeated: number;
  /** Descriptions of columns, roles and the table, which claim nothing; not among the findings. */
  readonly facts: number;
}

export const NO_FINDINGS: FindingCounts = { findings: 0, repeated: 0, facts: 0 };

export function countFindings(report: Report): FindingCounts {
  const claims = report.findings.filter((finding) => !isFact(finding));
  const things = entriesOf(report, claims).length;
  return {
    findings: claims.length,
    repeated: claims.length - things,
    facts: report.findings.length - claims.length,
  };
}
