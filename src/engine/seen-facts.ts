import type { FieldValue, ProvisionalFinding } from '../contract/index.ts';
import type { SeenColumn, SeenSoFar } from '../ingest/index.ts';
import { renderTemplate } from '../pipeline/index.ts';
import { formatShare } from '../report/index.ts';

/** So many columns are named. */
const NAMED = 2;

/** What the reading of a table shows so far, as provisional findings; nothing where it has seen all of it. */
export function seenFacts({ rows, bytes, ofBytes, columns }: SeenSoFar): ProvisionalFinding[] {
  if (rows === 0 || bytes >= ofBytes) return [];
  const coverage = { rows, of_rows: null, share: bytes / ofBytes, sampled: false };
  const say = (template: string, fields: Readonly<Record<string, FieldValue>>): ProvisionalFinding => ({
    provisional: true,
    statement: renderTemplate(template, fields),
    coverage,
  });
  const incomplete = columns.filter(({ missing }) => missing > 0).sort((a, b) => b.missing - a.missing);
  return [
    say(
      '{columns}: {numbers} with numbers, {times} with dates or times, {others} with text or other things',
      {
        columns: { value: columns.length, unit: 'columns' },
        ...tally(columns),
      },
    ),
    ...incomplete.slice(0, NAMED).map(({ name, missing }) =>
      say('{column}: {missing} missing ({share})', {
        column: { value: name },
        missing: { value: missing },
        share: { value: formatShare(missing / rows) },
      }),
    ),
    ...(incomplete.length === 0
      ? [
          say('no cell is missing in any of {columns}', {
            columns: { value: columns.length, unit: 'columns' },
          }),
        ]
      : []),
  ];
}

function tally(columns: readonly SeenColumn[]): Record<'numbers' | 'times' | 'others', FieldValue> {
  const count = (...kinds: readonly string[]): number =>
    columns.filter(({ type }) => kinds.includes(type.kind)).length;
  const numbers = count('integer', 'decimal', 'double');
  const times = count('date', 'time', 'timestamp', 'timestamptz');
  return {
    numbers: { value: numbers },
    times: { value: times },
    others: { value: columns.length - numbers - times },
  };
}
