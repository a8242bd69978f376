import { isRoleName, type Report, ROLES, type RoleBinding } from '../contract/index.ts';
import { namesOfColumns } from './column-names.ts';
import { formatShare } from './format-value.ts';
import { clipped } from './words.ts';

/** A role that was inferred with less than this is shown at the top of the report. */
const SURE_ENOUGH = 0.7;

/** A notice per role of one column that nobody named and that was inferred with little confidence; none where all are sure. */
export function unsureRoles(report: Report): string[] {
  const names = namesOfColumns(report);
  return report.roles.bindings.filter(isUnsure).map(({ role, sql_name: sqlName, confidence }) => {
    const column = clipped(names.get(sqlName) ?? sqlName, 120);
    return `To be checked: ${role} was taken to be the column ${column} (confidence ${formatShare(confidence)}). Findings that use it stand or fall with that.`;
  });
}

function isUnsure({ role, confidence, source }: RoleBinding): boolean {
  return isRoleName(role) && ROLES[role].unique && source !== 'flag' && confidence < SURE_ENOUGH;
}
