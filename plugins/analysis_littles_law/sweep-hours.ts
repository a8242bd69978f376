import { DAY_US, type Lasting } from '../../src/sdk/index.ts';

const HOUR_US = BigInt(DAY_US) / 24n;

/**
 * A sweep from hour to hour as CTEs, to put after WITH: the last one, `swept`, has for each `sweep_group` a row for each
 * hour in which something begins or ends, up to `until_us`, its end. `present_us` is the number present, integrated over the time since
 * the row before: those who were there, and what moment each who came or went did so at. Hours are counted from the one of
 * `first`, the earliest moment. Hours that end at the moments of `marks` (`sweep_group`, `at_us`) have a row, too.
 */
export function hoursCtes(
  group: string,
  { from, to, where }: Omit<Lasting, 'label'>,
  first: bigint,
  marks?: string,
): string {
  const left = `${HOUR_US} - (at_us - ${startOfHour(first)}) % ${HOUR_US}`;
  const counted = `FROM data WHERE ${from} < ${to}${where === undefined ? '' : ` AND (${where})`}`;
  return `changes AS (
  SELECT ${group} AS sweep_group, ${from} AS at_us, 1 AS change ${counted}
  UNION ALL SELECT ${group}, ${to}, -1 ${counted}${marks === undefined ? '' : `\n  UNION ALL SELECT sweep_group, at_us - 1, 0 FROM ${marks}`}
), hours AS (
  SELECT sweep_group, at_us + ${left} AS until_us, sum(change) AS change, sum(change * (${left})) AS changed_us FROM changes GROUP BY ALL
), swept AS (
  SELECT sweep_group, until_us, changed_us + coalesce((sum(change) OVER so_far - change) * (until_us - lag(until_us) OVER so_far), 0) AS present_us
  FROM hours WINDOW so_far AS (PARTITION BY sweep_group ORDER BY until_us)
)`;
}

function startOfHour(us: bigint): bigint {
  return us - (((us % HOUR_US) + HOUR_US) % HOUR_US);
}
