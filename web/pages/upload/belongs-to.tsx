import type { ErpSummary, UploadPreview } from '../../api/types.ts';
import { put } from '../../api/use-query.ts';
import { Choice, TextField, Tick } from '../../components/fields.tsx';
import { countText, Time } from '../../components/shown.tsx';
import { Notice } from '../../components/states.tsx';

/** The dataset and the ERP that the files go to, and how their columns differ from what was there before. */
export function BelongsTo(props: {
  readonly preview: UploadPreview;
  readonly query: URLSearchParams;
  readonly erps: readonly ErpSummary[];
  change(change: (query: URLSearchParams) => void): void;
}) {
  const { preview, query, erps, change } = props;
  const { erp, previous, dataset } = preview;
  const set = (key: string) => (value: string) => change((next) => put(next, key, value));
  const whyNot = previous === null ? '' : whyNotBehind(previous);
  const guess = erp === null ? 'none' : erp.guessed ? 'none' : `${erp.name}: ${erp.why}`;
  return (
    <div class="stack">
      <div class="filters">
        <TextField
          label="Dataset"
          value={query.get('dataset') ?? ''}
          placeholder={dataset}
          onChange={set('dataset')}
        />
        <Choice
          label="ERP"
          auto={guess}
          options={erps.map(({ name }) => [name, name])}
          value={query.get('erp') ?? ''}
          onChange={set('erp')}
        />
        <Choice
          label="Kind of data"
          auto="real"
          options={[['synthetic', 'synthetic: made, not measured']]}
          value={query.get('kind') ?? ''}
          onChange={set('kind')}
        />
      </div>
      {erp?.guessed && (
        <Notice>
          This looks like the ERP <bdi>{erp.name}</bdi>: {erp.why}.{' '}
          <button type="button" onClick={() => set('erp')(erp.name)}>
            It belongs to {erp.name}
          </button>
        </Notice>
      )}
      {erp !== null && !erp.guessed && erp.schema_differs.length > 0 && (
        <Notice tone="warn">
          The columns are new to the ERP <bdi>{erp.name}</bdi>: <Differences of={erp.schema_differs} />
        </Notice>
      )}
      {previous === null ? (
        <p class="quiet">
          The dataset <strong class="any">{dataset}</strong> is new.
        </p>
      ) : (
        <>
          <Notice tone={previous.differences.length > 0 ? 'warn' : 'plain'}>
            The dataset <strong class="any">{dataset}</strong> has a version of{' '}
            {countText(previous.row_count, 'row', 'rows')} of <Time at={previous.created_at} />.{' '}
            {previous.differences.length === 0 ? (
              'The columns are the same.'
            ) : (
              <>
                What differs: <Differences of={previous.differences} />
              </>
            )}
          </Notice>
          {whyNot !== '' && <p class="warn">{whyNot}</p>}
          {(whyNot === '' || query.has('append')) && (
            <Tick
              label="Put these rows behind those of that version"
              hint="Otherwise the new version holds these files alone."
              checked={query.has('append')}
              onChange={(on) => set('append')(on ? '1' : '')}
            />
          )}
        </>
      )}
    </div>
  );
}

/** Why rows can't be put behind those that are there, before that is refused; empty where they can. */
function whyNotBehind({ same_columns, holds }: NonNullable<UploadPreview['previous']>): string {
  if (!same_columns)
    return "Rows with other columns can't be put behind it: the new version holds these alone.";
  if (holds.length > 0)
    return "It holds this already: put behind it, rows would count twice, so they can't be.";
  return '';
}

function Differences({ of }: { readonly of: readonly string[] }) {
  return (
    <ul>
      {of.map((difference) => (
        <li key={difference} class="any">
          {difference}
        </li>
      ))}
    </ul>
  );
}
