import { isFact } from '../../src/report/index.ts';
import type { PlantSizes, SyntheticTable } from '../../src/synth/index.ts';
import type { Analysed } from './analyse.ts';

/** Rows of a planted table. */
export const PLANTED_ROWS = 4000;
/** Share of the tables in which a plant has to be found. */
export const RECALL = 0.9;

export type Finding = Analysed['findings'][number];
export type Planted = SyntheticTable['plants'];
type Sought = (finding: Finding) => boolean;

const about = (finding: Finding, ...columns: string[]) => {
  const named = Object.values(finding.target).flat();
  return columns.every((column) => named.includes(column));
};
const is = (plugin: string, kind: string, ...columns: string[]): Sought => {
  return (finding) => finding.plugin_id === plugin && finding.kind === kind && about(finding, ...columns);
};
const says = (sought: Sought, words: RegExp): Sought => {
  return (finding) => sought(finding) && words.test(`${finding.title} ${finding.statement}`);
};

/** What may be told of ids beside facts such as “is different in every row”: that numbers or rows are missing or twice. */
const OF_IDS = ['sequence_gap', 'duplicate_rows'];

const claimsAbout = (...columns: string[]): Sought => {
  return (finding) =>
    !isFact(finding) &&
    !OF_IDS.includes(finding.kind) &&
    columns.some((column) => about(finding, column) || names(finding, column));
};

/** Whether a finding or one of its items says the name of a column. */
function names(finding: Finding, column: string): boolean {
  const word = new RegExp(`\\b${column}\\b`);
  return [finding, ...finding.items].some(
    ({ title, statement, fields }) =>
      word.test(`${title} ${statement}`) || Object.values(fields).some(({ value }) => value === column),
  );
}

const dependence = (kind: string, ...columns: string[]) => is('analysis_dependence', kind, ...columns);
const drivers = (kind: string, ...columns: string[]) => is('analysis_key_drivers', kind, ...columns);
const drift = (column: string) => is('analysis_distribution_drift', 'distribution_drift', column);
const changes = (column: string) => is('analysis_changepoint', 'change_points', column);
const quality = (kind: string, ...columns: string[]) => is('profile_quality', kind, ...columns);

/**
 * Whether a finding of any plugin, or one of its items, tells of recovery_days by treatment as it is over all rows. It
 * may be told that it turns round within the wards, and of a model of all columns a coefficient with the sign of these.
 */
function isNaive(finding: Finding): boolean {
  const whole = `${finding.title} ${finding.statement}`;
  if (/turns round|the other way round/.test(whole)) return false;
  const isModel = finding.kind === 'linear_regression';
  const items = finding.items.filter(({ title }) => !(isModel && isRightCoefficient(title)));
  const texts = [
    ...(isModel ? [] : [whole]),
    ...items.map(({ title, statement }) => `${finding.title} ${title} ${statement}`),
  ];
  // what is said of wards “among rows of the same treatment” is about wards
  const claimed = texts.map((text) => text.replaceAll(/\b(of the same|alike in) treatment/g, ''));
  return claimed.some((text) => /\brecovery_days\b/.test(text) && /\btreatment\b/.test(text));
}

/** Within the wards treatment B has fewer days than A. */
function isRightCoefficient(title: string): boolean {
  return /^treatment B: −/.test(title) || /^treatment A: \d/.test(title);
}

/** Plants of one kind in one table, and the findings by which each is found. */
export interface Topic {
  readonly plugins: readonly string[];
  readonly plants: PlantSizes;
  readonly sought: Readonly<Record<string, Sought>>;
  /** What no table may be said to have. */
  readonly never: Readonly<Record<string, Sought>>;
  /** Kinds of plants whose rows the finding of that kind has to cite. */
  readonly cited?: readonly string[];
}

export const TOPICS = {
  relations: {
    plugins: ['analysis_dependence', 'analysis_key_drivers', 'analysis_linear_regression'],
    plants: {
      mean_shift: true,
      simpson: true,
      correlation: true,
      monotone: true,
      confounded_pair: true,
      category_association: true,
      regression: true,
      code_trap: true,
    },
    sought: {
      'mean_shift, as an association': dependence('group_difference', 'fill_weight', 'line'),
      'mean_shift, with its level': says(drivers('segment_difference', 'fill_weight', 'line'), /line = L3/),
      'simpson, as reversed': drivers('segment_difference_reversed', 'recovery_days', 'treatment'),
      'simpson, as an association that turns round': says(
        dependence('group_difference', 'recovery_days', 'treatment'),
        /turns round/,
      ),
      correlation: dependence('measure_association', 'flow_rate', 'pressure'),
      monotone: dependence('measure_association', 'dose', 'response'),
      'confounded_pair, as indirect': says(
        dependence('measure_association', 'fan_sales', 'ice_sales'),
        /indirect, through heat/,
      ),
      category_association: dependence('category_association', 'carrier', 'damage_type'),
      regression: (finding) => finding.plugin_id === 'analysis_linear_regression' && about(finding, 'output'),
    },
    never: {
      'the naive claim of the trap of Simpson': isNaive,
      'a claim about ids and codes': claimsAbout('record_id', 'reference_code', 'account_no', 'ledger_no'),
    },
  },
  time: {
    plugins: ['analysis_changepoint', 'analysis_distribution_drift', 'analysis_outliers'],
    plants: {
      change_point: true,
      trend_break: true,
      drift_location: true,
      drift_spread: true,
      drift_shape: true,
      drift_categories: true,
      outliers: true,
      multivariate_outliers: true,
    },
    sought: {
      change_point: says(changes('throughput'), /2025-03-(1[89]|20)/),
      trend_break: changes('backlog'),
      drift_location: drift('moisture'),
      drift_spread: drift('diameter'),
      drift_shape: drift('viscosity'),
      drift_categories: drift('channel'),
      outliers: is('analysis_outliers', 'outliers', 'cycle_time'),
      multivariate_outliers: is('analysis_outliers', 'multivariate_outliers', 'length_mm', 'width_mm'),
    },
    never: {
      'a claim about ids and codes': claimsAbout('record_id', 'reference_code', 'account_no'),
    },
  },
  quality: {
    plugins: ['profile_quality'],
    plants: {
      missing_not_at_random: true,
      duplicates: true,
      functional_dependency: true,
      sentinel: true,
      sequence_gap: true,
      mojibake: true,
      constant: true,
      near_constant: true,
      mixed_types: true,
      impossible_values: true,
    },
    sought: {
      missing_not_at_random: says(quality('missing_not_at_random', 'satisfaction'), /contact is phone/),
      duplicates: quality('duplicate_rows'),
      functional_dependency: quality('functional_dependency', 'warehouse', 'warehouse_zone'),
      sentinel: quality('sentinel', 'odometer_km'),
      sequence_gap: quality('sequence_gap', 'ticket_no'),
      mojibake: quality('mojibake', 'customer_name'),
      constant: quality('constant', 'tenant'),
      near_constant: quality('near_constant', 'release_channel'),
      mixed_types: quality('mixed_types', 'meter_reading'),
      'impossible_values, above': quality('impossible_values', 'filled_percent'),
      'impossible_values, below': quality('impossible_values', 'pieces'),
    },
    never: {
      'a claim about ids and codes': claimsAbout('record_id', 'reference_code', 'account_no', 'ticket_no'),
    },
    cited: [
      'duplicate_rows',
      'functional_dependency',
      'sentinel',
      'mojibake',
      'near_constant',
      'mixed_types',
    ],
  },
} as const satisfies Readonly<Record<string, Topic>>;

/** At most so many rows of a plant are looked for among those that a finding cites. */
const MOST_LOOKED_FOR = 20;

/** Whether a finding of the plant's kind, about its columns, cites its rows. */
export function areCited(plant: Planted[number], findings: readonly Finding[]): boolean {
  const columns = [plant.target['columns'] ?? []].flat();
  const rows = (plant.rows?.row_numbers ?? []).slice(0, MOST_LOOKED_FOR);
  return findings.some((finding) => {
    if (finding.kind !== plant.kind || !columns.every((column) => about(finding, column))) return false;
    const cited = finding.evidence.flatMap((one) => (one.kind === 'query' ? (one.rows ?? []) : []));
    return rows.every((row) => cited.some(({ row_number }) => row_number === row));
  });
}
