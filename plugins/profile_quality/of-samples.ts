import type { Context } from '../../src/sdk/index.ts';
import type { Surveyed } from './survey.ts';

/** True where every row is looked at: only then can it be told that a value occurs once, or that a row is missing. */
export function isWhole({ coverage }: Pick<Context, 'coverage'>): boolean {
  return coverage.kind === 'FULL';
}

/** Copies of a row are all there, or none of them: rows are drawn by a column in which they agree. */
export function keepsCopies({ coverage }: Pick<Context, 'coverage'>, keys: readonly Surveyed[]): boolean {
  if (coverage.kind === 'FULL') return true;
  return coverage.column !== undefined && keys.every(({ column }) => column.sql_name !== coverage.column);
}

/** What was not looked for, and how to read what was found. */
export function noteSample(ctx: Context, copies: boolean): void {
  const left = ['keys', ...(copies ? [] : ['copies of rows']), 'holes in numbers', 'gaps in time'];
  ctx.note(
    `A sample does not show what the other rows hold, so ${left.slice(0, -1).join(', ')} and ${left.at(-1)} were not looked for. ` +
      'That one column follows from others, or never changes, is so in the rows that were drawn; an exception among the others goes unseen.',
  );
}
