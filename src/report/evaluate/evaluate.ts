import { nearest } from '../../base/index.ts';
import {
  type Evaluation,
  EXPECTATION_STATUSES,
  type Finding,
  type GroundTruth,
  type Judged,
  type Look,
  type Report,
  type ReportedFinding,
} from '../../contract/index.ts';
import { isFact } from '../rank.ts';
import { checkValue, namingFindings, nearestClaim } from './claims.ts';
import { type Expectation, expectationsOf, type Way } from './expectation.ts';

/** What of a report is held against a truth. */
export type Evaluated = Pick<Report, 'findings' | 'metrics'> & {
  /** Those of the table, and those that were derived of them; left out, no name is taken for a slip. */
  readonly columns?: readonly string[];
  /** Those of the run; whoever is missing did not run. */
  readonly plugins: readonly Pick<Report['plugins'][number], 'plugin_id' | 'status' | 'reason'>[];
};

/** Holds a report against what is true of its table. */
export function evaluateReport(
  report: Report,
  truth: GroundTruth,
  { strict, runId }: { readonly strict: boolean; readonly runId: string | null },
): Evaluation {
  const { expectations, unexpected, by_kind } = judge({ ...report, columns: columnsOf(report) }, truth);
  const counts = countsOf(expectations, unexpected.length);
  const isRight = ({ status }: Judged) => status === 'found' || status === 'not_told';
  return {
    schema_version: 'evaluation.v1',
    report: {
      run_id: runId,
      dataset_version_id: report.dataset.dataset_version_id,
      kind: report.kind,
      coverage: report.coverage,
    },
    strict,
    holds: expectations.every(isRight) && (!strict || unexpected.length === 0),
    notes: notesOf(report, truth),
    counts,
    by_kind,
    expectations,
    unexpected,
  };
}

/** Every name by which a column, or a series made of columns, can be named. */
function columnsOf({ dataset, derived_columns, findings }: Report): string[] {
  return [
    ...dataset.columns.flatMap(({ name, sql_name }) => [name, sql_name]),
    ...derived_columns.map(({ name }) => name),
    ...findings.flatMap(({ about, target }) => [about, target['columns'] ?? []].flat(2)),
  ];
}

function notesOf(report: Report, truth: GroundTruth): string[] {
  const uploads = report.dataset.parts.map(({ upload_sha256 }) => upload_sha256);
  const { sha256 } = truth.table ?? {};
  return [
    ...(sha256 === undefined || uploads.includes(sha256)
      ? []
      : ['The truth was written for a file with other bytes than the one that was analysed.']),
    ...(report.kind === truth.kind ? [] : [`The report is marked ${report.kind}, the truth ${truth.kind}.`]),
    ...(report.coverage.kind === 'FULL'
      ? []
      : ['The report is of a sample: counts and sums are not those of the table.']),
  ];
}

/** The expectations of a truth, each judged, and the claims that none of them expects. */
export function judge(
  report: Evaluated,
  truth: GroundTruth,
): Pick<Evaluation, 'expectations' | 'unexpected' | 'by_kind'> {
  const wanted = expectationsOf(truth);
  const expectations = [...wanted.map((one) => judgeOne(report, one)), ...judgeMetrics(report, truth)];
  const expected = expectedFindings(report, wanted);
  const unexpected = report.findings.filter((finding) => !isFact(finding) && !expected.has(finding));
  return {
    expectations,
    unexpected: unexpected.map((finding) => reported(report, finding)),
    by_kind: talliesOf(report, wanted, expectations, expected),
  };
}

function judgeOne(report: Evaluated, { place, kind, what, expected, parts }: Expectation): Judged {
  const judged = parts.map((ways) => ways.map((way) => lookAt(report, way)));
  const looks = judged.flat();
  const isMet = judged.map((some) => bestOf(some.map(({ status }) => status)));
  const status =
    expected === 'found' ? worstOf(isMet) : isMet.includes('found') ? 'told_wrongly' : 'not_told';
  const reason = status !== 'not_evaluated' ? '' : (looks[0]?.reason ?? 'no analysis here looks for it');
  return { place, kind, what, expected, status, reason, looks };
}

type Met = 'found' | 'wrong_value' | 'missing' | 'not_evaluated';

const IN_TURN: readonly Met[] = ['found', 'wrong_value', 'missing', 'not_evaluated'];

function bestOf(statuses: readonly Look['status'][]): Met {
  const met = statuses.map((status) => (status === 'did_not_run' ? 'not_evaluated' : status));
  return IN_TURN.find((status) => met.includes(status)) ?? 'not_evaluated';
}

/** One part that is not met is enough. */
function worstOf(parts: readonly Met[]): Met {
  return IN_TURN.findLast((status) => parts.includes(status)) ?? 'not_evaluated';
}

function lookAt(report: Evaluated, way: Way): Look {
  const { plugin: plugin_id, kinds } = way;
  const look = { plugin_id, kinds: [...kinds], reason: '', finding: null, checks: [] };
  const reason = whyNot(report, plugin_id) ?? noColumn(report, way);
  if (reason !== undefined) return { ...look, status: 'did_not_run', reason };
  const nearest = nearestClaim(report.findings, way);
  if (nearest === undefined) return { ...look, status: 'missing' };
  const { finding, checks } = nearest;
  const status = checks.every(({ holds }) => holds) ? 'found' : 'wrong_value';
  return { ...look, status, finding: reported(report, finding), checks: [...checks] };
}

/** Why a plugin said nothing; undefined where it ran. */
function whyNot({ plugins }: Evaluated, id: string): string | undefined {
  const plugin = plugins.find(({ plugin_id }) => plugin_id === id);
  if (plugin === undefined) return `the run had no plugin ${id}`;
  if (plugin.status === 'ok') return undefined;
  return `${id}: ${plugin.status.replaceAll('_', ' ')}${plugin.reason && ` (${plugin.reason})`}`;
}

/** A column that the table does not have is a slip of the truth, and no answer of the report. */
function noColumn({ columns }: Evaluated, { named }: Way): string | undefined {
  const unknown = named.find(({ isColumn, value }) => isColumn && columns?.includes(value) === false);
  if (unknown === undefined) return undefined;
  const near = nearest(unknown.value.replaceAll(' ', '_'), columns ?? []);
  return `the table has no column "${unknown.value}"${near === undefined ? '' : ` (perhaps ${near})`}`;
}

function judgeMetrics(report: Evaluated, { metrics = [] }: GroundTruth): Judged[] {
  return metrics.map(({ plugin: plugin_id, name, ...wanted }, i) => {
    const metric = report.metrics[plugin_id]?.[name];
    const reason =
      whyNot(report, plugin_id) ?? (metric === undefined ? noMetric(report, plugin_id, name) : '');
    const check = checkValue(name, wanted, metric?.value);
    const told = check.holds ? 'found' : 'wrong_value';
    return {
      place: `metrics[${i}]`,
      kind: 'metrics',
      what: `${plugin_id}.${name}`,
      expected: 'found',
      status: reason === '' ? told : 'not_evaluated',
      reason,
      looks: [
        {
          plugin_id,
          kinds: [],
          status: reason === '' ? told : 'did_not_run',
          reason,
          finding: null,
          checks: metric === undefined ? [] : [check],
        },
      ],
    };
  });
}

/** A name that no metric of the plugin has is a slip of the truth, and no answer of the report. */
function noMetric({ metrics }: Evaluated, plugin: string, name: string): string {
  const names = Object.keys(metrics[plugin] ?? {});
  const near = nearest(name, names);
  const perhaps = near === undefined ? names.slice(0, 20).join(', ') || 'none' : `perhaps ${near}`;
  return `${plugin} tells no metric ${name} of this table (${perhaps})`;
}

/** Findings that name something that is expected to be found, whether with the expected numbers or not. */
function expectedFindings({ findings }: Evaluated, wanted: readonly Expectation[]): ReadonlySet<Finding> {
  const ways = wanted.filter(({ expected }) => expected === 'found').flatMap(({ parts }) => parts.flat());
  return new Set(ways.flatMap((way) => namingFindings(findings, way)));
}

/** Recall and precision, by kind in the order of the expectations. */
function talliesOf(
  { findings }: Evaluated,
  wanted: readonly Expectation[],
  judged: readonly Judged[],
  right: ReadonlySet<Finding>,
): Evaluation['by_kind'] {
  return [...Map.groupBy(judged, ({ kind }) => kind)].map(([kind, some]) => {
    const due = some.filter(({ expected }) => expected === 'found');
    const found = due.filter(({ status }) => status === 'found').length;
    const ways = wanted.filter((one) => one.kind === kind).flatMap(({ parts }) => parts.flat());
    // what must not be told may be of a kind by which other things are
    const told =
      due.length === 0
        ? []
        : findings.filter((finding) =>
            ways.some(({ plugin, kinds }) => plugin === finding.plugin_id && kinds.includes(finding.kind)),
          );
    const ofThem = told.filter((finding) => right.has(finding)).length;
    return {
      kind,
      expected: due.length,
      found,
      recall: due.length === 0 ? null : found / due.length,
      told: told.length,
      right: ofThem,
      precision: told.length === 0 ? null : ofThem / told.length,
    };
  });
}

function reported({ findings }: Evaluated, finding: Finding): ReportedFinding {
  const { id, plugin_id, kind, title } = finding;
  return { id, plugin_id, kind, title, rank: findings.indexOf(finding) + 1 };
}

function countsOf(judged: readonly Judged[], unexpected: number): Evaluation['counts'] {
  const count = (status: Judged['status']) => judged.filter((one) => one.status === status).length;
  const counts = Object.fromEntries(EXPECTATION_STATUSES.map((status) => [status, count(status)]));
  return { ...(counts as Record<Judged['status'], number>), unexpected };
}
