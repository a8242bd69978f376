import type { PlanSummary } from '../engine/index.ts';
import { mayText } from './capability-words.ts';
import { printable, table } from './terminal.ts';
import { coverageText, typeText } from './words.ts';

/** What a run would do, for people. */
export function planText(plan: PlanSummary): string {
  const roles = plan.roles.map((role) => [
    role.role,
    role.column,
    typeText(role.type),
    howSure(role),
    role.reasons.slice(0, 2).join('; '),
  ]);
  const notes = plan.notes.map((note) => `note: ${note}\n`).join('');
  const plugins = plan.plugins.map((plugin) => [
    plugin.id,
    plugin.version,
    plugin.will,
    mayText(plugin),
    plugin.reason,
  ]);
  const disabled = plan.disabled.map(({ id, enable }) => [
    id,
    '',
    'disabled',
    '',
    `to let it run: ${enable}`,
  ]);
  const facts = [
    ['dataset', plan.dataset],
    ...erpRows(plan),
    ['rows', String(plan.rows)],
    ['dataset version', plan.dataset_version_id],
    ['fingerprint', plan.run_fingerprint],
    ['seed', `${plan.run_seed} (${plan.seed_source})`],
    ['coverage', coverageText(plan.coverage)],
    ['network', networkText(plan)],
  ];
  return printable(
    `${table(facts)}\n${table([['role', 'column', 'type', 'how sure', 'why'], ...roles])}\n${derivedText(plan)}${settingsText(plan)}${table(
      [['plugin', 'version', 'will', 'may', 'why not'], ...plugins, ...disabled],
    )}\n${notes}${remediesText(plan)}Nothing was executed, and no dataset was changed (--dry-run).\n`,
  );
}

/** The columns that are read out of others. */
function derivedText({ derived, rows }: PlanSummary): string {
  if (derived.length === 0) return '';
  const lines = derived.map(({ name, sql_name, from, kind, values, distinct, unparsed }) => [
    name,
    sql_name,
    from,
    kind,
    `${values} of ${rows}`,
    String(distinct),
    unparsed === 0 ? '' : `${unparsed} can not be read as ${kind}`,
  ]);
  return `${table([['derived', 'in SQL', 'from', 'kind', 'rows', 'distinct', ''], ...lines])}\n`;
}

/** Settings that are not the defaults, and where each comes from. */
function settingsText({ settings }: PlanSummary): string {
  if (settings.length === 0) return '';
  const lines = settings.map(({ key, value, source, plugins }) => [
    key,
    JSON.stringify(value),
    source,
    plugins === 'all' ? 'all that have it' : plugins.join(' '),
  ]);
  return `${table([['setting', 'value', 'from', 'plugins'], ...lines])}\n`;
}

function howSure({ source, confidence }: PlanSummary['roles'][number]): string {
  if (source === 'inferred') return `${Math.round(confidence * 100)} %`;
  return source === 'flag' ? 'as you said' : 'confirmed before';
}

function erpRows({ erp }: PlanSummary): string[][] {
  if (erp === null) return [];
  const differs = erp.schema_differs.map((difference) => ['new columns', difference]);
  return [['ERP', `${erp.name}, known issues: ${erp.known_issues}`], ...differs];
}

function networkText({ plugins }: PlanSummary): string {
  const open = plugins.filter(({ will }) => will === 'run').flatMap(networkOf);
  return open.length === 0 ? 'off' : `on for ${open.join('; ')}`;
}

/** A plugin with the hosts that it is granted, and who consented to that. */
function networkOf({ id, granted }: PlanSummary['plugins'][number]): string[] {
  return granted
    .filter(({ capability }) => capability === 'network')
    .map(({ hosts, consents }) => {
      const who = consents.map(({ approved_by, approved_at }) => `${approved_by} on ${approved_at}`);
      return `${id}: ${hosts.join(', ')} (approved by ${who.join(', ')})`;
    });
}

/** What would let each plugin that is denied run. */
function remediesText({ plugins }: PlanSummary): string {
  return plugins
    .filter(({ will }) => will === 'denied')
    .flatMap(({ id, missing }) => missing.map(({ remedy }) => ({ id, remedy })))
    .filter(({ remedy }) => remedy !== '')
    .map(({ id, remedy }) => `to let ${id} run:\n${remedy.replaceAll(/^/gm, '  ')}\n`)
    .join('');
}
