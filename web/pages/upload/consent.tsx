import { put } from '../../api/use-query.ts';
import { Choice, TextField, Tick } from '../../components/fields.tsx';

/** What changes the results or what leaves the table, and is off unless somebody ticks it. */
export function Consent(props: {
  readonly query: URLSearchParams;
  readonly columns: readonly string[];
  change(change: (query: URLSearchParams) => void): void;
}) {
  const { query, columns, change } = props;
  const set = (key: string) => (value: string) => change((next) => put(next, key, value));
  const sampled = query.has('sample');
  return (
    <div class="stack">
      <Tick
        label="Look at a sample of the rows only"
        hint="Off: every row counts. On: the seed draws the rows, and every result says SAMPLED."
        checked={sampled}
        onChange={(on) =>
          change((next) => {
            put(next, 'sample', on ? '10%' : '');
            if (!on) next.delete('sample_by');
          })
        }
      />
      {sampled && (
        <div class="filters">
          <TextField
            label="Share of the rows"
            value={query.get('sample') ?? ''}
            hint="such as 10% or 0.1"
            onChange={set('sample')}
          />
          <Choice
            label="Draw whole cases by"
            auto="no: single rows"
            options={columns.map((name) => [name, name])}
            value={query.get('sample_by') ?? ''}
            onChange={set('sample_by')}
          />
        </div>
      )}
      <p class="quiet">
        Personal data stay as they are in the table: this version can't redact them. Nothing leaves this
        machine.
      </p>
    </div>
  );
}
