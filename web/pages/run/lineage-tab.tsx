import type { Trace } from '../../api/types.ts';
import { useResource } from '../../api/use-resource.ts';
import { Breakable } from '../../components/breakable.tsx';
import { useFilters } from '../../components/filters.tsx';
import { Hash } from '../../components/hash.tsx';
import { countText } from '../../components/shown.tsx';
import { Shown } from '../../components/states.tsx';
import { type RowsOfRun, useVersionOfRun } from './rows-of-run.ts';
import type { TabProps } from './tab-props.ts';
import { walk } from './walk-lineage.ts';

type Entity = Trace['entities'][number];

/** The way of the data, from left to right. */
const STAGES: readonly { readonly kind: Entity['kind']; readonly text: string }[] = [
  { kind: 'upload', text: 'Upload' },
  { kind: 'part', text: 'Part' },
  { kind: 'dataset_version', text: 'Dataset version' },
  { kind: 'execution', text: 'Executions' },
  { kind: 'result', text: 'Results' },
  { kind: 'artifact', text: 'Artifacts' },
  { kind: 'report', text: 'Report' },
];

/** The lineage from the upload to the artifacts; choosing one thing shows the way back and forth (META-07b). */
export function LineageTab({ run }: TabProps) {
  const lineage = useResource<Trace>(`/runs/${run.run_id}/lineage`);
  return (
    <Shown of={lineage} what="the lineage" lines={8}>
      {(trace) => <Lineage trace={trace} run={run} />}
    </Shown>
  );
}

function Lineage({ trace, run }: TabProps & { readonly trace: Trace }) {
  const { filters, set } = useFilters();
  const chosen = entityOf(trace, filters['from'] ?? '');
  const rows = useVersionOfRun(chosen === undefined ? null : run.dataset_version_id);
  const way = chosen === undefined ? undefined : walk(trace, chosen.id);
  return (
    <div class="stack">
      <div class="row" aria-live="polite">
        {chosen === undefined || way === undefined ? (
          'Choose anything to see what it was made of, and what was made of it.'
        ) : (
          <>
            <p>
              <strong class="any">{labelOf(chosen)}</strong>: made of{' '}
              {countText(way.back.size, 'thing', 'things')}; went into{' '}
              {countText(way.forth.size, 'thing', 'things')}.
            </p>
            <button type="button" class="bare" onClick={() => set({ from: '' })}>
              Show everything
            </button>
          </>
        )}
      </div>
      <div class="lineage">
        {STAGES.map(({ kind, text }) => {
          const own = trace.entities
            .filter((entity) => entity.kind === kind)
            .sort((a, b) => (a.label < b.label ? -1 : 1));
          const shown = own.filter(
            ({ id }) => way === undefined || id === chosen?.id || way.back.has(id) || way.forth.has(id),
          );
          return (
            <section key={kind} aria-labelledby={`lineage-${kind}`}>
              <h2 id={`lineage-${kind}`}>
                {text}{' '}
                <span class="quiet">
                  {shown.length === own.length ? own.length : `${shown.length} of ${own.length}`}
                </span>
              </h2>
              <ul>
                {shown.map((entity) => (
                  <li key={entity.id}>
                    <button
                      type="button"
                      class="entity"
                      aria-pressed={entity.id === chosen?.id}
                      onClick={() => set({ from: entity.id === chosen?.id ? '' : entity.id })}
                    >
                      <Breakable name={labelOf(entity)} />
                    </button>
                    {entity.sha256 !== null && entity.id === chosen?.id && (
                      <Hash value={entity.sha256} what={`the hash of ${entity.label}`} length={12} />
                    )}
                    {entity.id === chosen?.id && <Shows entity={entity} rows={rows} runId={run.run_id} />}
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
      </div>
    </div>
  );
}

/** By its id, or by the plugin that it is the execution of. */
function entityOf({ entities }: Trace, from: string): Entity | undefined {
  return entities.find(
    ({ id, kind, label }) => id === from || (kind === 'execution' && label.startsWith(`${from} (`)),
  );
}

/** The way from a thing of the lineage to the thing itself. */
function Shows(props: { readonly entity: Entity; readonly rows: RowsOfRun; readonly runId: string }) {
  const { entity, rows, runId } = props;
  const { kind, label } = entity;
  if (kind === 'report') return <a href={`/runs/${runId}/findings`}>Its findings</a>;
  if (kind === 'artifact') return <a href={`/runs/${runId}/artifacts`}>Verify or download</a>;
  if (kind === 'execution') return <a href={`/runs/${runId}/plugins#${label.split(' ')[0]}`}>How it went</a>;
  if (kind === 'result' || rows === undefined) return null;
  if ('gone' in rows) return <p class="warn small any">It can't be shown: {rows.gone}</p>;
  if (kind === 'upload') return <a href={`${rows.dataset}/versions`}>The file, with its name and size</a>;
  return <a href={`${rows.dataset}?part=${/^part (\d+)$/.exec(label)?.[1] ?? 1}`}>Its rows</a>;
}

function labelOf({ label, kind }: Entity): string {
  if (kind === 'execution') return label.replace(/ \(ok\)$/, '');
  return label.replace(/^(artifacts|results)\//, '');
}
