import { useState } from 'preact/hooks';
import { post } from '../../api/client.ts';
import type { Problem, Purged, Trash } from '../../api/types.ts';
import { asProblem, useResource } from '../../api/use-resource.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Confirm } from '../../components/dialog.tsx';
import { Page } from '../../components/page.tsx';
import { bytesText, countText, Time } from '../../components/shown.tsx';
import { Empty, Failed, Shown } from '../../components/states.tsx';
import { StatusBadge } from '../../components/status.tsx';
import { useToasts } from '../../components/toasts.tsx';

/** What was deleted: each with the way back, and with the way out for good. */
export function TrashPage() {
  const trash = useResource<Trash>('/trash');
  return (
    <Page title="Trash">
      <Shown of={trash} what="the trash" lines={6}>
        {(shown) => <Content trash={shown} reload={trash.reload} />}
      </Shown>
    </Page>
  );
}

/** Something in the trash, whichever it is: how it is called in texts, and its route. */
interface Item {
  readonly name: string;
  readonly path: string;
  /** What goes where it is deleted for good; null where nothing would. */
  readonly goes: string | null;
}

function Content({ trash, reload }: { readonly trash: Trash; reload(): void }) {
  const toasts = useToasts();
  const [going, setGoing] = useState<Item>();
  const [failed, setFailed] = useState<Problem>();
  const ask = async <T,>(path: string, said: (answer: T) => string) => {
    setFailed(undefined);
    try {
      toasts.say(said(await post<T>(path)));
    } catch (error) {
      setFailed(asProblem(error));
    }
    reload();
  };
  const restore = ({ path, name }: Item) => ask(`${path}/undelete`, () => `Restored: ${name}.`);
  const purge = ({ path, name }: Item) =>
    ask<Purged>(`${path}/purge`, ({ bytes }) => `Gone for good: ${name}, ${bytesText(bytes)}.`);
  const ways = { restore, purge: setGoing };
  const { runs, versions, grace_days } = trash;
  if (runs.length + versions.length === 0)
    return (
      <Empty title="The trash is empty">
        <p>Runs and dataset versions that you delete come here first, and can be restored.</p>
      </Empty>
    );
  return (
    <div class="stack">
      <p>
        What was deleted is kept here with every byte: restored, it is as it was. It goes for good when you
        say so here, or when <code>stat-harness gc</code> is run {countText(grace_days, 'day', 'days')} after
        it was deleted or later.
      </p>
      {failed && <Failed problem={failed} />}
      {runs.length > 0 && <Runs runs={runs} {...ways} />}
      {versions.length > 0 && <Versions versions={versions} {...ways} />}
      {going && (
        <Confirm
          title={`Delete ${going.name} for good?`}
          action="Delete for good"
          danger
          onConfirm={() => purge(going)}
          onClose={() => setGoing(undefined)}
        >
          <p class="any">{going.goes}</p>
          <p>
            <strong>This can not be undone.</strong>
          </p>
        </Confirm>
      )}
    </div>
  );
}

interface Ways {
  restore(item: Item): void;
  purge(item: Item): void;
}

function Runs({ runs, ...ways }: Ways & Pick<Trash, 'runs'>) {
  const itemOf = ({ run_id }: Trash['runs'][number]): Item => ({
    ...{ name: `run ${run_id.slice(0, 8)}`, path: `/runs/${run_id}` },
    goes: 'Its report, its evidence and its files go. Its link in the chain of manifests, its events and the record of its upload stay, and so do files that a plugin recommended for keeping.',
  });
  return (
    <DataTable
      caption="Runs in the trash"
      showCaption
      rows={runs}
      keyOf={({ run_id }) => run_id}
      columns={[
        {
          head: 'Run',
          cell: ({ run_id }) => (
            <a href={`/runs/${run_id}`}>
              <code>{run_id.slice(0, 8)}</code>
            </a>
          ),
        },
        { head: 'Dataset', cell: ({ dataset }) => <bdi>{dataset}</bdi> },
        { head: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
        { head: 'Findings', num: true, cell: ({ findings }) => findings ?? '–' },
        { head: 'Asked for', cell: ({ created_at }) => <Time at={created_at} /> },
        { head: 'Deleted', cell: ({ deleted_at }) => <Time at={deleted_at} /> },
        { head: 'Size', num: true, cell: ({ bytes }) => (bytes === null ? '–' : bytesText(bytes)) },
        waysOut(itemOf, ways),
      ]}
    />
  );
}

function Versions({ versions, ...ways }: Ways & Pick<Trash, 'versions'>) {
  const itemOf = ({ dataset, ordinal, bytes }: Trash['versions'][number]): Item => ({
    ...{ name: `${dataset}@${ordinal}`, path: `/datasets/${encodeURIComponent(`${dataset}@${ordinal}`)}` },
    goes:
      bytes === 0
        ? null
        : `${bytesText(bytes)} of it are in nothing else, and go: its file, and the table that was read out of it. Runs that looked at it stay, but none of their queries can be run again. To read the same file anew brings it back.`,
  });
  return (
    <DataTable
      caption="Dataset versions in the trash"
      showCaption
      rows={versions}
      keyOf={({ dataset, ordinal }) => `${dataset}@${ordinal}`}
      columns={[
        {
          head: 'Version',
          cell: ({ dataset, ordinal }) => (
            <bdi class="any">
              {dataset}@{ordinal}
            </bdi>
          ),
        },
        { head: 'Rows', num: true, cell: ({ row_count }) => countText(row_count, 'row', 'rows') },
        { head: 'Kind', cell: ({ kind }) => kind },
        { head: 'Made', cell: ({ created_at }) => <Time at={created_at} /> },
        { head: 'Deleted', cell: ({ deleted_at }) => <Time at={deleted_at} /> },
        {
          head: 'Size of its own',
          num: true,
          cell: ({ bytes }) =>
            bytes === 0 ? (
              <span class="quiet" title="Another version or run needs all of its data.">
                shared
              </span>
            ) : (
              bytesText(bytes)
            ),
        },
        waysOut(itemOf, ways),
      ]}
    />
  );
}

/** Back into the list, or out for good; a version whose data are all needed elsewhere frees nothing, and stays. */
function waysOut<T>(itemOf: (row: T) => Item, { restore, purge }: Ways): Column<T> {
  return {
    head: '',
    cell: (row) => {
      const item = itemOf(row);
      return (
        <span class="row ways">
          <button type="button" onClick={() => restore(item)}>
            Restore<span class="unseen"> {item.name}</span>
          </button>
          {item.goes !== null && (
            <button type="button" class="danger" onClick={() => purge(item)}>
              Delete for good …<span class="unseen"> {item.name}</span>
            </button>
          )}
        </span>
      );
    },
  };
}
