import { byCodePoint } from '../base/index.ts';
import type { Chart, FieldValue, Finding, Report } from '../contract/index.ts';
import { saysNoJobOfLog } from '../sdk/process-log/no-job.ts';
import { columnNames } from './column-names.ts';
import { type Entry, entriesOf } from './entries.ts';
import { formatValue } from './format-value.ts';
import { issuesSentence } from './known-issues/result-words.ts';
import { isColumnFact, isFact, isRoleFact, isStructureFact } from './rank.ts';
import { unsureRoles } from './unsure-roles.ts';
import { whoLooked } from './who-looked.ts';
import { clipped, count, coverageWords } from './words.ts';

/** Facts of one column, gathered from the findings that describe it. */
export interface ColumnFacts {
  readonly column: Report['dataset']['columns'][number];
  /** Its header, with the name in SQL where that header occurs twice. */
  readonly name: string;
  readonly roles: readonly string[];
  /** The finding that holds the facts; absent where no plugin profiled the column. */
  readonly finding?: Finding;
  readonly chart?: { readonly pluginId: string; readonly chart: Chart };
}

/** First and last day (or time, within one day) of the column that spans the table. */
export interface Period {
  readonly column: string;
  readonly from: string;
  readonly to: string;
  /** True for instants: the days are those of UTC, whatever offset the source wrote. */
  readonly utc: boolean;
}

/** What the readers of all renderings see first, worked out once. */
export interface Outline {
  readonly heading: string;
  /** One or two sentences: what table this is. */
  readonly about: readonly string[];
  /** That not every row was looked at, and how the sample was drawn; null where every row was. */
  readonly sampled: string | null;
  readonly period: Period | null;
  /** Notices about roles that are less than sure. */
  readonly toCheck: readonly string[];
  /** Findings that claim something, in rank order. */
  readonly claims: readonly Finding[];
  /** The same, numbered, with those that tell the same behind the first of them. */
  readonly entries: readonly Entry[];
  /** Those of them that are about the quality of the data. */
  readonly ofQuality: readonly Entry[];
  readonly columns: readonly ColumnFacts[];
  /** Findings that tell what columns are taken for, by title. */
  readonly roleFacts: readonly Finding[];
  /** Findings that tell how the table is built: keys, columns that follow from others, columns of one value; by title. */
  readonly structureFacts: readonly Finding[];
  readonly missingCells: number;
}

/** Roles whose column spans the period of a table, the best first. */
const PERIOD_ROLES = ['event_timestamp', 'queued_at', 'eligible_at', 'started_at', 'ended_at', 'timestamp'];

export function outlineOf(report: Report): Outline {
  const columns = columnFacts(report);
  const claims = report.findings.filter((finding) => !isFact(finding));
  const entries = entriesOf(report, claims);
  const period = periodOf(columns);
  const missingCells = report.dataset.columns.reduce((sum, column) => sum + column.missing, 0);
  return {
    heading: headingOf(report),
    about: aboutOf(report, period, claims, entries.length),
    sampled: sampledNotice(report),
    period,
    toCheck: [...unsureRoles(report), ...unknownJobs(report)],
    claims,
    entries,
    ofQuality: ofQuality(report, entries),
    columns,
    roleFacts: byTitle(report.findings.filter(isRoleFact)),
    structureFacts: byTitle(report.findings.filter(isStructureFact)),
    missingCells,
  };
}

/** Names in settings that no run has, each said once, whichever analyses note it. */
function unknownJobs({ plugins }: Report): string[] {
  const notes = plugins.flatMap((plugin) => plugin.notes.filter(saysNoJobOfLog));
  return [...new Set(notes)].map((note) => `To be checked: ${note}`);
}

function byTitle(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => byCodePoint(a.title, b.title));
}

/** A fact of a column under the first of some names that it has. */
export function factOf(facts: ColumnFacts, ...names: readonly string[]): FieldValue | undefined {
  const fields = facts.finding?.fields ?? {};
  const name = names.find(
    (candidate) => fields[candidate] !== undefined && fields[candidate]?.value !== null,
  );
  return name === undefined ? undefined : fields[name];
}

/** Kinds of analyses that tell of faults in the data. */
const FAULTS = [
  'clock_backwards',
  'dependant_too_early',
  'time_outside_period',
  'zero_length_runs',
  'duration_disagrees',
  'clock_change',
  'incomplete_runs',
];

/** What profiles claim, and faults that analyses met. */
function ofQuality({ plugins }: Report, entries: readonly Entry[]): Entry[] {
  const profiles = new Set(plugins.filter(({ type }) => type === 'profile').map((one) => one.plugin_id));
  return entries
    .flatMap((entry) => [entry, ...entry.also])
    .filter(({ finding }) => profiles.has(finding.plugin_id) || FAULTS.includes(finding.kind));
}

function headingOf(report: Report): string {
  const sample = report.coverage.kind === 'SAMPLED' ? 'a sample of ' : '';
  return `Findings in ${sample}${tableWords(report)}`;
}

function tableWords(report: Report): string {
  const roles = new Set(report.roles.bindings.map((binding) => binding.role));
  if (roles.has('case') && roles.has('event_timestamp')) return 'an event log';
  if (roles.has('activity') && (roles.has('started_at') || roles.has('queued_at'))) return 'a process log';
  return 'a table';
}

function sampledNotice({ coverage }: Report): string | null {
  if (coverage.kind === 'FULL') return null;
  return `${coverage.kind}. ${coverageWords(coverage).long} The file was read whole, so types, missing cells and records that could not be read are those of all rows.`;
}

function aboutOf(
  report: Report,
  period: Period | null,
  claims: readonly Finding[],
  things: number,
): string[] {
  const { rows, columns, parts } = report.dataset;
  const size = `${count(rows, 'row', 'rows')} in ${count(columns.length, 'column', 'columns')}`;
  const files = parts.length > 1 ? `, read from ${parts.length} files` : '';
  const zone = period?.utc === true ? '; days and times are UTC' : '';
  const start = report.coverage.kind === 'FULL' ? ',' : '. The rows drawn are';
  const span =
    period === null ? '' : `${start} from ${period.from} to ${period.to} (column ${period.column}${zone})`;
  return [
    `The table has ${size}${files}${span}.`,
    ...zoneSentence(report),
    claimsSentence(report, claims, things),
    ...issuesSentence(report),
    ...networkSentence(report),
  ];
}

/** Whose wall clock local times are, where a setting says so and the log has such times. */
function zoneSentence({ plugins, roles, dataset }: Report): string[] {
  const start = roles.bindings.find(({ role }) => role === 'started_at')?.sql_name;
  const type = dataset.columns.find(({ sql_name }) => sql_name === start)?.type;
  if (type?.kind !== 'timestamp') return [];
  const named = plugins.flatMap(({ settings: { time_zone } }) =>
    typeof time_zone === 'string' && time_zone !== '' ? [time_zone] : [],
  );
  const zones = [...new Set(named)].sort(byCodePoint);
  if (zones.length === 0) return [];
  return [
    `By its setting, times without a zone are readings of the clock of ${zones.join(', ')}; days, hours and months follow that clock, and no time was moved.`,
  ];
}

/** That a report is not all of this table is said where it begins. */
function networkSentence({ plugins }: Report): string[] {
  const open = plugins.filter(({ network_hosts }) => network_hosts !== undefined);
  if (open.length === 0) return [];
  const who = open.map(({ title }) => `“${clipped(title, 200)}”`).join(', ');
  const hosts = [...new Set(open.flatMap(({ network_hosts = [] }) => network_hosts))].sort(byCodePoint);
  return [
    `${who} had the network (${hosts.join(', ')}): what ${open.length === 1 ? 'it says' : 'they say'} may rest on more than this table, and can not be repeated bit for bit.`,
  ];
}

/** `things`: how many of the claims tell something that none before them does. */
function claimsSentence(report: Report, claims: readonly Finding[], things: number): string {
  const failed = report.plugins.filter(({ status }) => !['ok', 'not_applicable'].includes(status)).length;
  const missing =
    failed === 0
      ? ''
      : ` ${count(failed, 'analysis did', 'analyses did')} not finish: this report is incomplete.`;
  const { looked, beside } = whoLooked(report, claims);
  if (claims.length === 0)
    return looked.startsWith('No ')
      ? `${looked}: there is nothing to report but its columns.${beside}${missing}`
      : `${looked} and found nothing to report.${beside}${missing}`;
  const modeled = claims.filter((finding) => finding.basis === 'MODELED').length;
  const basis =
    modeled === 0 ? 'all of them measured' : `${claims.length - modeled} measured, ${modeled} modeled`;
  const found = looked.startsWith('No ') ? `${looked}, but there are` : `${looked} and found`;
  const again = claims.length - things;
  const repeated =
    again === 0
      ? ''
      : ` ${count(again, 'more finding tells', 'more findings tell')} the same by other means.`;
  return `${found} ${count(things, 'thing', 'things')} worth telling${claims.length > 1 || modeled > 0 ? `, ${basis}` : ', measured'}.${repeated}${beside}${missing}`;
}

function periodOf(columns: readonly ColumnFacts[]): Period | null {
  for (const role of PERIOD_ROLES) {
    const facts = columns.find((candidate) => candidate.roles.includes(role) && isTime(candidate));
    const from = facts && factOf(facts, 'minimum');
    const to = facts && factOf(facts, 'maximum');
    if (facts && from && to) {
      const span = [formatValue(from).text, formatValue(to).text] as const;
      const [first, last] =
        span[0].slice(0, 10) === span[1].slice(0, 10) ? span : span.map((text) => text.slice(0, 10));
      return {
        column: facts.name,
        from: first ?? '',
        to: last ?? '',
        utc: facts.column.type.kind === 'timestamptz',
      };
    }
  }
  return null;
}

function isTime(facts: ColumnFacts): boolean {
  return ['date', 'timestamp', 'timestamptz'].includes(facts.column.type.kind);
}

function columnFacts(report: Report): ColumnFacts[] {
  const byColumn = new Map<string, Finding>();
  for (const finding of report.findings.filter(isColumnFact)) {
    for (const name of targetColumns(finding)) if (!byColumn.has(name)) byColumn.set(name, finding);
  }
  const charts = chartsByName(report);
  const names = columnNames(report.dataset.columns);
  return report.dataset.columns.map((column) => {
    const finding = byColumn.get(column.sql_name) ?? byColumn.get(column.name);
    const chart = finding?.charts
      .map((name) => charts.get(`${finding.plugin_id}/${name}`))
      .find((c) => c !== undefined);
    const roles = report.roles.bindings.filter((b) => b.sql_name === column.sql_name).map((b) => b.role);
    return {
      column,
      name: names.get(column.sql_name) ?? column.name,
      roles,
      ...(finding ? { finding } : {}),
      ...(finding && chart ? { chart: { pluginId: finding.plugin_id, chart } } : {}),
    };
  });
}

/** Charts by `plugin/name`. */
export function chartsByName(report: Report): ReadonlyMap<string, Chart> {
  const named = Object.entries(report.charts).flatMap(([pluginId, charts]) =>
    charts.map((chart) => [`${pluginId}/${chart.name}`, chart] as const),
  );
  return new Map(named);
}

function targetColumns(finding: Finding): string[] {
  return Object.values(finding.target).flat();
}
