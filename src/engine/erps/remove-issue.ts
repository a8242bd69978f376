import { HarnessError } from '../../base/index.ts';
import type { KnownIssue } from '../../contract/index.ts';
import type { Appdata } from '../app.ts';
import { erpCalled } from './erp-of-dataset.ts';

/** Takes a known issue out of its ERP. Throws SH_ERP_UNKNOWN, SH_ISSUE_UNKNOWN. */
export function removeIssue({ state }: Pick<Appdata, 'state'>, name: string, id: string): KnownIssue {
  const erp = erpCalled({ state }, name);
  const issue = erp.known_issues.find((one) => one.id === id);
  if (issue === undefined) {
    const issues = erp.known_issues.map((one) => one.id).join(', ');
    throw new HarnessError('SH_ISSUE_UNKNOWN', { erp: erp.name, id, issues });
  }
  state.erps.save({ ...erp, known_issues: erp.known_issues.filter((one) => one.id !== id) });
  return issue;
}
