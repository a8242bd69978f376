/** What an effect has to reach to be worth a finding. */
export interface SmallestEffect {
  /** In the unit of the effect. */
  readonly value: number;
  /** What is measured, in what unit. */
  readonly unit: string;
  /** Whether an effect is as large; an undefined one (null, NaN) never is. */
  reaches(effect: number | null): boolean;
}

/** How an effect is measured and compared. */
export interface EffectKind {
  readonly unit: string;
  /** Of the setting. */
  readonly byDefault: number;
  /** `size`: without its sign. `above`: as it is. `ratio`: or one over it. */
  readonly compared: 'size' | 'above' | 'ratio';
  /** The effect that a setting in per cent, or in another scale, stands for; left out where it is the effect itself. */
  readonly of?: (setting: number) => number;
}

const percent = (setting: number) => setting / 100;
const asItIs = (setting: number) => setting;

/**
 * Every effect that plugins compare with a smallest one of interest, by the name of the setting. The defaults of
 * correlations, V, the explained share, the superiority and the gap are what Cohen (Statistical Power Analysis for the
 * Behavioral Sciences, 1988) calls small: a correlation or V of 0.1, a fifth of a standard deviation between normal
 * distributions (1 % of the variance explained). That of the stability index is the custom of its field. The others are
 * judgements about what anybody would act on; larger where rows choose among many (the time of a change, the farthest
 * value, the best model), since only what is large can be told there.
 */
const KINDS = {
  smallest_correlation: { unit: "Spearman's rho", byDefault: 0.1, compared: 'size' },
  smallest_explained_share: { unit: 'share of the variance of ranks', byDefault: 0.01, compared: 'above' },
  smallest_cramers_v: { unit: "Cramér's V", byDefault: 0.1, compared: 'above' },
  smallest_association: { unit: "Cramér's V", byDefault: 0.1, compared: 'above' },
  smallest_rank_difference: { unit: 'rank-biserial correlation', byDefault: 0.2, compared: 'size' },
  smallest_superiority_percent: {
    unit: 'P(larger) from a half',
    byDefault: 56,
    compared: 'size',
    of: (setting) => percent(setting - 50),
  },
  smallest_interaction_points: {
    unit: 'mean rank beyond the sum of both effects',
    byDefault: 10,
    compared: 'size',
    of: percent,
  },
  smallest_adjusted_r_squared: { unit: 'adjusted R²', byDefault: 0.1, compared: 'above' },
  smallest_stability_index: { unit: 'population stability index', byDefault: 0.1, compared: 'above' },
  smallest_gap_percent: { unit: 'cumulative share', byDefault: 8, compared: 'above', of: percent },
  smallest_spread_ratio: { unit: 'ratio of interquartile ranges', byDefault: 1.25, compared: 'ratio' },
  smallest_shift_spreads: { unit: 'standard deviations within segments', byDefault: 0.5, compared: 'above' },
  smallest_change_percent: {
    unit: 'share of the level before',
    byDefault: 2,
    compared: 'above',
    of: percent,
  },
  smallest_ratio: { unit: 'times as far', byDefault: 1.5, compared: 'above' },
  smallest_row_ratio: { unit: 'times as far', byDefault: 1.2, compared: 'above' },
  smallest_excess_ratio: { unit: 'times the wait per run', byDefault: 1.25, compared: 'above' },
  smallest_excess_points: { unit: 'percentage points', byDefault: 5, compared: 'above' },
} as const satisfies Readonly<Record<string, EffectKind>>;

/** The name of a setting that says from where on an effect matters. */
export type EffectSetting = keyof typeof KINDS;

/** The settings of smallest effects with their defaults, as manifests have them. */
export const SMALLEST_EFFECTS: ReadonlyMap<string, number> = new Map(
  Object.entries(KINDS).map(([setting, { byDefault }]) => [setting, byDefault]),
);

/** An effect that is not among the known ones, with the name of its setting. */
export interface OwnEffect extends EffectKind {
  readonly setting: string;
}

/** The smallest effect of a kind, as the settings have it or by default. */
export function smallestEffect(
  kind: EffectSetting | OwnEffect,
  settings: Readonly<Record<string, unknown>> = {},
): SmallestEffect {
  const {
    setting,
    unit,
    byDefault,
    compared,
    of = asItIs,
  }: OwnEffect = typeof kind === 'string' ? { setting: kind, ...KINDS[kind] } : kind;
  const value = of(Number(settings[setting] ?? byDefault));
  return { unit, value, reaches: (effect) => effect !== null && sizeOf(effect, compared) >= value };
}

function sizeOf(effect: number, compared: EffectKind['compared']): number {
  if (compared === 'size') return Math.abs(effect);
  return compared === 'ratio' ? Math.max(effect, 1 / effect) : effect;
}
