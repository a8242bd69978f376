import { type CaseSteps, type Context, type QueryHandle, withSteps } from '../../src/sdk/index.ts';

export interface Study {
  readonly ctx: Context;
  readonly steps: CaseSteps;
}

/** Whole numbers of some cases: how many, the sum of their durations in microseconds, and of the squares. */
export interface Sums {
  readonly n: number;
  readonly sum: bigint;
  readonly squares: bigint;
}

/** Cases that began one after the other: all of them, and those with the feature. */
export interface Block {
  readonly all: Sums;
  readonly inGroup: Sums;
  /** Σ (2 × midrank − n − 1) over those with the feature, and Σ of its squares over all. */
  readonly score: bigint;
  readonly scoreSquares: bigint;
}

/** Something that some cases of a kind do and others don't. */
export interface Feature {
  /** The step that cases of the kind begin with. */
  readonly kind: string;
  readonly activity: string;
  readonly what: 'has' | 'repeats';
  readonly adjustable: boolean;
  readonly blocks: readonly Block[];
}

/** Cases in a block at least; there are at most a hundred blocks. */
const BLOCK = 20;
const MOST_BLOCKS = 100;

/**
 * CTEs after `steps`: `cases` with kind, duration, block and score; `does`, a row for each case and thing that it does.
 * Blocks hold cases of a kind that began one after the other.
 */
export const CASES = `timed_cases AS (
  SELECT case_id, first(activity ORDER BY at_us, _sh_part, _sh_row_number) AS kind, min(least(coalesce(queued_us, at_us), at_us)) AS begin_us,
    max(greatest(coalesce(end_us, at_us), at_us)) AS last_us, count(*) AS steps
  FROM steps GROUP BY case_id
), placed_cases AS (
  SELECT case_id, kind, steps, last_us - begin_us AS took_us, row_number() OVER (PARTITION BY kind ORDER BY begin_us, case_id) AS place,
    count(*) OVER (PARTITION BY kind) AS of_kind
  FROM timed_cases WHERE steps > 1
), blocked_cases AS (
  SELECT case_id AS in_case, kind, steps, took_us, of_kind, (place - 1) // greatest(${BLOCK}, (of_kind + ${MOST_BLOCKS - 1}) // ${MOST_BLOCKS}) AS block FROM placed_cases
), cases AS (
  SELECT in_case, kind, steps, took_us, of_kind, block, count(*) OVER (PARTITION BY kind, block) AS in_block,
    2 * rank() OVER (PARTITION BY kind, block ORDER BY took_us) + count(*) OVER (PARTITION BY kind, block, took_us) - 2
      - count(*) OVER (PARTITION BY kind, block) AS score
  FROM blocked_cases
), times_in_case AS (
  SELECT case_id, activity, count(*) AS times, bool_and(adjustable) AS adjustable FROM steps GROUP BY case_id, activity
), does AS (
  SELECT case_id AS of_case, activity, 'has' AS what, adjustable FROM times_in_case
  UNION ALL SELECT case_id, activity, 'repeats', adjustable FROM times_in_case WHERE times > 1
)`;

/** Every feature that divides the cases of a kind, block by block. */
export async function readFeatures({ ctx, steps }: Study) {
  const [fewest, kinds, most] = ['fewest_cases', 'max_kinds', 'max_features'].map((key) =>
    Number(ctx.settings[key]),
  );
  const handle = await ctx.query(
    `${withSteps(steps, CASES)}, largest AS (
  SELECT kind AS large_kind FROM (SELECT kind, count(*) AS n FROM cases GROUP BY kind) AS sizes ORDER BY n DESC, large_kind LIMIT ${kinds}
), blocks AS (
  SELECT kind AS block_kind, block AS block_no, count(*) AS n, sum(took_us) AS s, sum(CAST(took_us AS HUGEINT) * took_us) AS q,
    sum(score * score) AS score_squares
  FROM cases WHERE kind IN (SELECT large_kind FROM largest) GROUP BY kind, block
), found AS (
  SELECT kind, activity, what, bool_and(adjustable) AS adjustable, count(*) AS n1, max(of_kind) - count(*) AS n0
  FROM cases JOIN does ON in_case = of_case WHERE kind IN (SELECT large_kind FROM largest) GROUP BY kind, activity, what
), ranked AS (
  SELECT kind AS of_kind_name, activity AS of_activity, what AS of_what, adjustable AS is_adjustable,
    row_number() OVER (PARTITION BY kind ORDER BY least(n1, n0) DESC, activity, what) AS place
  FROM found WHERE n1 >= ${fewest} AND n0 >= ${fewest}
), chosen AS (SELECT of_kind_name, of_activity, of_what, is_adjustable FROM ranked WHERE place <= ${most}
), in_blocks AS (
  SELECT kind AS b_kind, activity AS b_activity, what AS b_what, block AS b_block, count(*) AS n1, sum(took_us) AS s1,
    sum(CAST(took_us AS HUGEINT) * took_us) AS q1, sum(score) AS score
  FROM cases JOIN does ON in_case = of_case JOIN chosen ON of_kind_name = kind AND of_activity = activity AND of_what = what
  GROUP BY ALL
)
SELECT of_kind_name AS kind, of_activity AS activity, of_what AS what, is_adjustable AS adjustable, block_no, n, s, q, score_squares,
  coalesce(n1, 0) AS n1, coalesce(s1, 0) AS s1, coalesce(q1, 0) AS q1, coalesce(score, 0) AS score
FROM chosen JOIN blocks ON block_kind = of_kind_name
LEFT JOIN in_blocks ON b_kind = of_kind_name AND b_activity = of_activity AND b_what = of_what AND b_block = block_no
ORDER BY kind, activity, what, block_no`,
  );
  return { handle, features: featuresIn(handle) };
}

function featuresIn(handle: QueryHandle): Feature[] {
  const features = new Map<string, Feature & { readonly blocks: Block[] }>();
  for (const row of handle.rows.keys()) {
    const [kind, activity, what] = ['kind', 'activity', 'what'].map(
      (column) => handle.text(row, column) ?? '',
    );
    const key = JSON.stringify([kind, activity, what]);
    const feature = features.get(key) ?? {
      kind: kind ?? '',
      activity: activity ?? '',
      what: what === 'repeats' ? ('repeats' as const) : ('has' as const),
      adjustable: handle.text(row, 'adjustable') === 'true',
      blocks: [],
    };
    feature.blocks.push(blockOf(handle, row));
    features.set(key, feature);
  }
  return [...features.values()];
}

function blockOf(handle: QueryHandle, row: number): Block {
  const whole = (column: string) => handle.bigint(row, column) ?? 0n;
  return {
    all: { n: Number(whole('n')), sum: whole('s'), squares: whole('q') },
    inGroup: { n: Number(whole('n1')), sum: whole('s1'), squares: whole('q1') },
    score: whole('score'),
    scoreSquares: whole('score_squares'),
  };
}
