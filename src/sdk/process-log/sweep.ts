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
  readonly group: string;
  /** Moments at which a step starts though nothing happens: a relation of `sweep_group` and `at_us`. */
  readonly marks?: string;
}

/**
 * A sweep line over intervals as CTEs, to put after WITH: the last one, `steps`, has a row for each moment `at_us` at
 * which something begins or ends, in each `sweep_group`, with how many of each kind last from then on, and for how many
 * microseconds (`lasting_us`; missing for the last moment). What ends at the moment at which something else begins
 * makes room first, so that it is never counted beside it.
 */
export function sweepCtes({ relation, group, marks }: SweptRows, kinds: readonly Lasting[]): string {
  const columns = kinds.map(({ label }) => label);
  const changes = kinds.flatMap(({ label, from, to, where }) => {
    const counted = `FROM ${relation} WHERE ${from} < ${to}${where === undefined ? '' : ` AND (${where})`}`;
    const by = (change: string) =>
      columns.map((column) => `CAST(${column === label ? change : '0'} AS BIGINT) AS ${column}`).join(', ');
    return [
      `SELECT ${group} AS sweep_group, ${from} AS at_us, ${by('1')} ${counted}`,
      `SELECT ${group}, ${to}, ${by('-1')} ${counted}`,
    ];
  });
  if (marks !== undefined)
    changes.push(`SELECT sweep_group, at_us, ${columns.map(() => '0').join(', ')} FROM ${marks}`);
  const summed = columns.map((column) => `CAST(sum(${column}) AS BIGINT) AS ${column}`);
  const running = columns.map((column) => `CAST(sum(${column}) OVER so_far AS BIGINT) AS ${column}`);
  return `changes AS (
  ${changes.join('\n  UNION ALL ')}
), moments AS (
  SELECT sweep_group, at_us, ${summed.join(', ')} FROM changes GROUP BY sweep_group, at_us
), steps AS (
  SELECT sweep_group, at_us, ${running.join(', ')},
    lead(at_us) OVER (PARTITION BY sweep_group ORDER BY at_us) - at_us AS lasting_us
  FROM moments
  WINDOW so_far AS (PARTITION BY sweep_group ORDER BY at_us ROWS UNBOUNDED PRECEDING)
)`;
}
