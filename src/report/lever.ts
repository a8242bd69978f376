import type { Finding, RoleMap } from '../contract/index.ts';
import { isRelation } from './group-findings.ts';

/** Roles that say what a run is: which job, of which module, by whom, when and how urgent it is to run. */
const WORK: readonly string[] = [
  'activity',
  'module',
  'user',
  'schedule',
  'priority',
  'chain',
  'parent',
  'depends_on',
];

/** Service time as plugins derive it where no duration is recorded. */
const SERVICE_TIME = /^service_u?s_*$/;

/**
 * What is left of (or added to) the share of actionability that a plugin gives a relation, by what its columns are:
 * how jobs, modules, users and schedules belong together was set up by the operator himself, and that other work takes
 * other times surprises nobody; what differs by server can be changed by mending or moving it.
 */
export const LEVERS = { organised: 0.02, otherWork: 0.25, server: 3 } as const;

/** The factor for the actionability of a finding; 1 where nothing is known of its columns. */
export function leverOf(finding: Pick<Finding, 'kind' | 'about'>, { bindings }: RoleMap): number {
  if (!isRelation(finding)) return 1;
  const rolesOf = (name: string) => bindings.filter((one) => one.sql_name === name).map(({ role }) => role);
  const isWork = (name: string) => rolesOf(name).some((role) => WORK.includes(role));
  const isEffort = (name: string) => SERVICE_TIME.test(name) || rolesOf(name).includes('duration');
  const others = finding.about.filter((name) => !isWork(name));
  if (others.length === 0) return LEVERS.organised;
  if (others.every(isEffort) && others.length < finding.about.length) return LEVERS.otherWork;
  const isServer = (name: string) => rolesOf(name).includes('resource');
  const measured = others.filter((name) => !isServer(name));
  return others.some(isServer) && measured.length > 0 ? LEVERS.server : 1;
}
