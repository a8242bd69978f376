import { deriveAs, groupName, identifier, NO_NAME, readyTime, type WaitStudy } from '../../src/sdk/index.ts';

/** Something that tells runs apart. */
export interface Factor {
  readonly name: string;
  /** What a level is called, without a number: `the job {name}`. `{key}` is the key of a parameter. */
  readonly level: string;
  /** The level of a run, as SQL text. */
  readonly sql: string;
  /** The derived column of a parameter's key. */
  readonly key: string | undefined;
  /** How far the operator can act on it. */
  readonly actionability: number;
}

/** Keys of parameters that are looked at: with few values, those in most texts, and not the month, which goes with the time. */
const MOST_KEYS = 4;
const MOST_VALUES = 50;

/** Job, server, user, hour of day, and parameters with few values. */
export async function readFactors({ ctx, log }: WaitStudy): Promise<Factor[]> {
  const named = (
    [
      ['activity', 'the job {name}', 0.9],
      ['resource', 'the server {name}', 0.6],
      ['user', 'the user {name}', 0.6],
    ] as const
  ).filter(([role]) => ctx.role(role) !== undefined);
  const factors: Factor[] = [];
  for (const [role, level, actionability] of named) {
    const sql = await deriveAs(ctx, `${role}_level`, groupName(ctx, role));
    factors.push({ name: role, level, sql, key: undefined, actionability });
  }
  const hour = `lpad(CAST(hour(${readyTime(log)}) AS VARCHAR), 2, '0')`;
  const hours = `coalesce(${hour} || ':00 to ' || ${hour} || ':59', '${NO_NAME}')`;
  const sql = await deriveAs(ctx, 'hour_level', hours);
  factors.push({ name: 'hour', level: 'the time from {name}', sql, key: undefined, actionability: 0.6 });
  return [...factors, ...(await parameterFactors(ctx))];
}

async function parameterFactors(ctx: WaitStudy['ctx']): Promise<Factor[]> {
  const month = ctx.role('accounting_month');
  const keys = ctx.derived
    .filter(({ distinct, sql_name }) => distinct >= 2 && distinct <= MOST_VALUES && sql_name !== month)
    .toSorted((a, b) => b.values - a.values)
    .slice(0, MOST_KEYS);
  const factors: Factor[] = [];
  for (const [i, { sql_name }] of keys.entries()) {
    const text = `coalesce(CAST(${identifier(sql_name)} AS VARCHAR), '${NO_NAME}')`;
    const sql = await deriveAs(ctx, `parameter_level_${i + 1}`, text);
    factors.push({
      name: `parameter_${i + 1}`,
      level: 'the parameter {key} = {name}',
      sql,
      key: sql_name,
      actionability: 0.3,
    });
  }
  return factors;
}
