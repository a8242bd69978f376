/** Something that lasts, as SQL over the rows: half-open, [from, to) in whole microseconds since 1970. */
export interface Lasting {
  /** A name in small letters: the steps have a column of that name. */
  readonly label: string;
  readonly from: string;
  readonly to: string;
  /** Which rows count; an interval without an end, or of no or negative length, is never part of a sweep. */
  readonly where?: string;
}

/** Rows in groups: a relation, and a whole number that tells its groups apart (windows over texts cost four times as much). */
export interface SweptRows {
  readonly relation: string;
  /** All rows are of one group where it is left out. */
  readonly group?: string;
  /** Moments at which a step starts though nothing happens: a relation of `sweep_group` (if there are groups) and `at_us`. */
  readonly marks?: string;
  /** The relation with the steps: `steps` if left out. */
  readonly name?: string;
}

/** Of two kinds the changes are added up in one number, the second kind in its upper half. */
const UPPER = 2n ** 32n;

/**
 * A sweep line over intervals as CTEs, to put after WITH: the last one, `steps`, has a row for each moment `at_us` at
 * which something begins or ends, in each `sweep_group`, with how many of each kind last from then on, and for how many
 * microseconds (`lasting_us`; missing for the last moment). What ends at the moment at which something else begins
 * makes room first, so that it is never counted beside it.
 */
export function sweepCtes(
  { relation, group, marks, name = 'steps' }: SweptRows,
  kinds: readonly [Lasting] | readonly [Lasting, Lasting],
): string {
  const by = group === undefined ? '' : 'sweep_group, ';
  const order = `(${group === undefined ? '' : 'PARTITION BY sweep_group '}ORDER BY at_us)`;
  const changes = kinds.flatMap(({ from, to, where }, i) => {
    const counted = `FROM ${relation} WHERE ${from} < ${to}${where === undefined ? '' : ` AND (${where})`}`;
    const change = i === 0 ? 1n : UPPER;
    const of = group === undefined ? '' : `${group} AS sweep_group, `;
    return [
      `SELECT ${of}${from} AS at_us, CAST(${change} AS BIGINT) AS change ${counted}`,
      `SELECT ${of}${to}, CAST(${-change} AS BIGINT) ${counted}`,
    ];
  });
  if (marks !== undefined) changes.push(`SELECT ${by}at_us, 0 FROM ${marks}`);
  const [first, second] = kinds;
  const last =
    second === undefined
      ? `level AS ${first.label}`
      : `level % ${UPPER} AS ${first.label}, level // ${UPPER} AS ${second.label}`;
  return `${name}_changes AS (
  ${changes.join('\n  UNION ALL ')}
), ${name}_swept AS (
  SELECT ${by}at_us, CAST(sum(change) OVER ${order} AS BIGINT) AS level, lead(at_us) OVER ${order} - at_us AS lasting_us FROM ${name}_changes
), ${name} AS (
  SELECT ${by}at_us, ${last}, lasting_us FROM ${name}_swept WHERE lasting_us > 0 OR lasting_us IS NULL
)`;
}
