import { HarnessError, hashJson, nearest } from '../../base/index.ts';
import {
  check,
  checkSettings,
  describeProblems,
  Erp,
  isRoleName,
  KnownIssue,
  type Problem,
  withDefaults,
} from '../../contract/index.ts';
import type { LoadedPlugin } from '../../plugin-host/index.ts';
import { zoneProblems } from '../time-zones.ts';
import { emptyErp } from './empty-erp.ts';

/** An ERP as somebody wrote it, whole or not at all. Throws SH_ERP_INVALID with every problem and its path. */
export async function checkedErp(
  content: unknown,
  source: string,
  plugins: readonly LoadedPlugin[],
): Promise<Erp> {
  const checked = check(Erp, content);
  const problems = checked.ok
    ? await problemsIn(checked.value, plugins)
    : [...checked.problems, ...(await problemsBeside(checked.problems, content, plugins))];
  if (checked.ok && problems.length === 0) return checked.value;
  throw new HarnessError('SH_ERP_INVALID', { source, problems: describeProblems(problems) });
}

/** What else is wrong with a file whose form is: in each section of the right form, and in each known issue of it. */
async function problemsBeside(
  wrong: readonly Problem[],
  content: unknown,
  plugins: readonly LoadedPlugin[],
): Promise<Problem[]> {
  if (typeof content !== 'object' || content === null) return [];
  const nothing = emptyErp('nothing');
  const sections = new Set(wrong.map(({ path }) => path.split('.')[0]));
  const right = Object.entries(content).filter(
    ([key]) => Object.hasOwn(nothing, key) && key !== 'known_issues' && !sections.has(key),
  );
  const checked = check(Erp, { ...nothing, ...Object.fromEntries(right) });
  const issues: readonly unknown[] =
    'known_issues' in content && Array.isArray(content.known_issues) ? content.known_issues : [];
  return [
    ...(checked.ok ? await problemsIn(checked.value, plugins) : []),
    ...issues.flatMap((given, i) => {
      const issue = check(KnownIssue, given);
      return issue.ok ? issueProblems(issue.value, `known_issues.${i}.condition`, plugins) : [];
    }),
  ];
}

async function problemsIn(erp: Erp, plugins: readonly LoadedPlugin[]): Promise<Problem[]> {
  return [
    ...halfCharacters(erp, ''),
    ...twice('columns', erp.columns, ({ name }) => name),
    ...twice('known_issues', erp.known_issues, ({ id }) => id),
    ...erp.columns.flatMap(({ roles }, i) =>
      roles
        .filter(({ role }) => !isRoleName(role))
        .map(({ role }) => ({ path: `columns.${i}.roles`, message: `there is no role "${role}"` })),
    ),
    ...erp.schema_versions.flatMap(({ sha256, columns }, i) =>
      hashJson(columns) === sha256
        ? []
        : [{ path: `schema_versions.${i}.sha256`, message: 'is not the hash of its columns' }],
    ),
    ...settingProblems(erp, plugins),
    ...(await zoneProblems(erp.plugins, erp.process)),
    ...erp.known_issues.flatMap((issue, i) => issueProblems(issue, `known_issues.${i}.condition`, plugins)),
  ];
}

/** Half of a surrogate pair can't be written to a file and read again. */
function halfCharacters(value: unknown, path: string): Problem[] {
  if (typeof value === 'string')
    return value.isWellFormed() ? [] : [{ path, message: 'holds half of a character' }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const inner = path === '' ? key : `${path}.${key}`;
    return key.isWellFormed()
      ? halfCharacters(item, inner)
      : [{ path, message: 'a key holds half of a character' }];
  });
}

function twice<T>(path: string, list: readonly T[], key: (one: T) => string): Problem[] {
  const seen = new Set<string>();
  return list.flatMap((one, i) => {
    const isAgain = seen.has(key(one));
    seen.add(key(one));
    return isAgain ? [{ path: `${path}.${i}`, message: `"${key(one)}" stands there twice` }] : [];
  });
}

function settingProblems({ plugins: settings }: Erp, plugins: readonly LoadedPlugin[]): Problem[] {
  return Object.entries(settings).flatMap(([id, given]) => {
    const path = `plugins.${id}`;
    const manifest = plugins.find((plugin) => plugin.manifest.id === id)?.manifest;
    if (manifest === undefined) return [{ path, message: unknownPlugin(id, plugins) }];
    const checked = checkSettings(manifest.config_schema, withDefaults(manifest.config_schema, given));
    return checked.ok ? [] : checked.problems.map((one) => ({ ...one, path: `${path}.${one.path}` }));
  });
}

/** What a condition names that no plugin tells. */
export function issueProblems(
  { condition: { plugin: id, kind, count } }: Pick<KnownIssue, 'condition'>,
  path: string,
  plugins: readonly LoadedPlugin[],
): Problem[] {
  const { min, max } = count;
  const manifest = plugins.find((plugin) => plugin.manifest.id === id)?.manifest;
  if (manifest === undefined) return [{ path: `${path}.plugin`, message: unknownPlugin(id, plugins) }];
  const kinds = manifest.finding_kinds;
  return [
    ...(kinds.includes(kind)
      ? []
      : [{ path: `${path}.kind`, message: `${id} tells no "${kind}"; it tells ${kinds.join(', ')}` }]),
    ...(min !== undefined && max !== undefined && min > max
      ? [{ path: `${path}.count`, message: `min ${min} is more than max ${max}` }]
      : []),
  ];
}

function unknownPlugin(id: string, plugins: readonly LoadedPlugin[]): string {
  const near = nearest(
    id,
    plugins.map(({ manifest }) => manifest.id),
  );
  return `there is no plugin "${id}"${near === undefined ? '' : `; did you mean "${near}"?`}`;
}
