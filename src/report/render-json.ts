import { canonicalJsonFile } from '../base/index.ts';
import type { Report } from '../contract/index.ts';

/** report.json: canonical, so that equal content is equal to the byte. */
export function renderJson(report: Report): string {
  return canonicalJsonFile(report);
}
