/** By which claims of a plugin a true thing is found. */
export interface Sought {
  readonly plugin: string;
  readonly kinds: readonly string[];
  /**
   * What of the truth's target a claim has to name: key of the truth → keys of the claim's target, scope or fields, any of
   * which will do. `columns` are looked for among all columns that the finding is about.
   */
  readonly names: Readonly<Record<string, readonly string[]>>;
  /** Several values of the truth, each of which a claim of its own may name; otherwise one claim has to name them all. */
  readonly each?: string;
  /** The number that tells the size. */
  readonly size?: Size;
  /** The field that tells when it begins, and by how many days that may be off. */
  readonly begins?: { readonly field: string; readonly toleranceDays: number };
}

interface Size {
  /** A field of the claim, or `estimate`. */
  readonly field: string;
  /** What the truth measured; `{activity}` stands for the activity where it was measured for each. */
  readonly fact: string;
  /** From the truth's unit to the claim's. */
  readonly times?: number;
  readonly relativeTolerance: number;
}

const columns = { columns: [] };
const ofColumns = (plugin: string, ...kinds: string[]): Sought => ({ plugin, kinds, names: columns });
const RELATIONS = ['measure_association', 'group_difference', 'category_association'];
const SEGMENTS = ['segment_difference', 'segment_difference_explained', 'segment_interaction'];
const CHANGES: readonly Sought[] = [
  {
    ...ofColumns('analysis_changepoint', 'change_points'),
    begins: { field: 'date', toleranceDays: 3 },
  },
];
const DRIFT: readonly Sought[] = [
  ofColumns('analysis_distribution_drift', 'distribution_drift', 'distribution_drift_by_month'),
];

/**
 * Kind of truth → plugins and kinds of finding that tell it. What is not here, no plugin looks for. The guide shows it
 * (docs/guides/evaluate.md, which a test compares with it).
 */
export const SOUGHT: Readonly<Record<string, readonly Sought[]>> = {
  // sections of a truth file
  features: [
    ofColumns('analysis_key_drivers', ...SEGMENTS, 'segment_difference_reversed'),
    ofColumns('analysis_linear_regression', 'linear_regression', 'exact_linear_relation'),
    ofColumns('analysis_dependence', ...RELATIONS),
  ],
  change_points: [
    {
      plugin: 'analysis_changepoint',
      kinds: ['change_points'],
      names: { ...columns, activity: ['activity', 'process'] },
    },
  ],
  dependence: [ofColumns('analysis_dependence', ...RELATIONS)],
  anomalies: [
    ofColumns('analysis_outliers', 'outliers', 'outliers_within_activity', 'multivariate_outliers'),
    ofColumns('profile_quality', 'impossible_values', 'sentinel', 'mixed_types', 'mojibake'),
  ],

  // what synth plants in plain tables
  group_difference: [
    ofColumns('analysis_dependence', 'group_difference'),
    { ...ofColumns('analysis_key_drivers', 'segment_difference'), names: { ...columns, level: ['level'] } },
  ],
  reversal: [ofColumns('analysis_key_drivers', 'segment_difference_reversed')],
  indirect_dependence: [
    {
      ...ofColumns('analysis_dependence', 'measure_association'),
      names: { ...columns, through: ['through'] },
    },
  ],
  association: [ofColumns('analysis_dependence', 'category_association')],
  regression: [
    {
      plugin: 'analysis_linear_regression',
      kinds: ['linear_regression', 'exact_linear_relation'],
      names: { outcome: ['target'] },
    },
  ],
  missing_not_at_random: [
    {
      plugin: 'profile_quality',
      kinds: ['missing_not_at_random'],
      names: { columns: ['by'], level: ['level'] },
    },
  ],
  code: [
    ofColumns('analysis_dependence', ...RELATIONS),
    ofColumns('analysis_key_drivers', ...SEGMENTS),
    ofColumns('analysis_linear_regression', 'linear_regression', 'exact_linear_relation'),
    ofColumns('analysis_outliers', 'outliers', 'multivariate_outliers'),
    ...CHANGES,
    ...DRIFT,
  ],
  change_point: CHANGES,
  trend_break: [ofColumns('analysis_changepoint', 'change_points')],
  drift: DRIFT,
  outliers: [ofColumns('analysis_outliers', 'outliers')],
  multivariate_outliers: [ofColumns('analysis_outliers', 'multivariate_outliers')],
  ...Object.fromEntries(
    [
      'duplicate_rows',
      'functional_dependency',
      'sentinel',
      'sequence_gap',
      'mojibake',
      'constant',
      'near_constant',
      'mixed_types',
    ].map((kind) => [kind, [ofColumns('profile_quality', kind)]]),
  ),

  impossible_values: [{ ...ofColumns('profile_quality', 'impossible_values'), each: 'columns' }],

  // what synth plants in process logs
  capacity: [
    {
      plugin: 'analysis_concurrency_reconstruction',
      kinds: ['capacity'],
      names: {},
      size: { field: 'slots', fact: 'slots', relativeTolerance: 0 },
    },
  ],
  job_cap: [
    {
      plugin: 'analysis_concurrency_reconstruction',
      kinds: ['job_cap'],
      names: { activity: ['name'] },
      size: { field: 'cap', fact: 'cap', relativeTolerance: 0 },
    },
  ],
  retry_hotspot: [
    {
      plugin: 'analysis_retry_hotspots',
      kinds: ['retry_hotspot'],
      names: { activity: ['activity'] },
      size: { field: 'failed_percent', fact: 'share_failed', times: 100, relativeTolerance: 0.02 },
    },
  ],
  parameter_sweep: [
    {
      plugin: 'analysis_parameter_sweep',
      kinds: ['parameter_sweep'],
      names: { activity: ['activity'], parameter: ['parameter'] },
      each: 'activity',
      size: { field: 'sweep_runs', fact: 'runs_of_{activity}', relativeTolerance: 0.1 },
    },
  ],
  duplicate_runs: [
    {
      plugin: 'analysis_duplicate_reruns',
      kinds: ['duplicate_runs'],
      names: { activity: ['activity', 'name'] },
      size: { field: 'repeated_runs', fact: 'runs', relativeTolerance: 0.1 },
    },
  ],
  slow_resource: [
    {
      plugin: 'analysis_resource_imbalance',
      kinds: ['slow_resource'],
      names: { resource: ['resource'] },
      size: { field: 'ratio', fact: 'service_ratio_matched_on_activity', relativeTolerance: 0.1 },
    },
  ],
  hour_pileup: [
    {
      plugin: 'analysis_hour_of_day',
      kinds: ['waits_by_hour', 'waits_by_weekday_and_hour'],
      names: { hour: ['hour_of_day'] },
    },
    { plugin: 'analysis_attribution', kinds: ['wait_combinations'], names: { activity: ['activity'] } },
  ],
  user_burst: [
    { plugin: 'analysis_hour_of_day', kinds: ['waits_by_hour'], names: { hour: ['hour_of_day'] } },
    { plugin: 'analysis_attribution', kinds: ['wait_combinations'], names: { activity: ['activity'] } },
  ],
  schedule_interval: [
    {
      plugin: 'analysis_schedule_interval',
      kinds: ['schedule_interval'],
      names: { activity: ['activity'] },
      size: { field: 'interval_s', fact: 'interval_minutes', times: 60, relativeTolerance: 0.05 },
    },
  ],
  clock_violations: ['clock_backwards', 'dependant_too_early'].map((kind) => ({
    plugin: 'analysis_clock_violations',
    kinds: [kind],
    names: {},
  })),
  dependency_lag: [
    {
      plugin: 'analysis_dependency_resolution_join',
      kinds: ['dependency_lag'],
      names: { activity: ['activity'], after: ['after'] },
      size: { field: 'over_s', fact: 'lag_hours', times: 3600, relativeTolerance: 0.05 },
    },
  ],
  slow_variant: [
    {
      plugin: 'analysis_variant_differential',
      kinds: ['slow_variant'],
      names: { activity: ['activity'], chain: ['chain'] },
    },
  ],
  duration_change: [
    {
      plugin: 'analysis_changepoint',
      kinds: ['change_points'],
      names: { activity: ['activity'] },
      begins: { field: 'date', toleranceDays: 5 },
    },
  ],
  arrival_change: [
    {
      plugin: 'analysis_changepoint',
      kinds: ['change_points'],
      names: { activity: ['activity'] },
      begins: { field: 'date', toleranceDays: 5 },
    },
  ],
  close_duration_shift: [
    {
      plugin: 'analysis_close_cycle_duration_shift',
      kinds: ['close_duration_shift'],
      names: { activity: ['activity'] },
      size: { field: 'ratio', fact: 'ratio_of_geometric_means', relativeTolerance: 0.1 },
    },
  ],
  close_uplift: [
    {
      plugin: 'analysis_close_cycle_uplift',
      kinds: ['close_uplift'],
      names: { activity: ['activity'] },
      size: { field: 'ratio', fact: 'ratio', relativeTolerance: 0.2 },
    },
  ],
  close_contention: [
    {
      plugin: 'analysis_close_cycle_contention',
      kinds: ['close_contention'],
      names: { activity: ['activity'] },
    },
  ],
};
