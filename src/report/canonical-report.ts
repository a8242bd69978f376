import { canonicalJson } from '../base/index.ts';
import type { Report } from '../contract/index.ts';

/** The same report with its members in canonical order, so that a report just made and one read back render alike. */
export function canonicalReport(report: Report): Report {
  const copy: Report = JSON.parse(canonicalJson(report));
  return copy;
}
