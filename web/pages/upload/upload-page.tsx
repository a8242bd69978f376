import { useCallback } from 'preact/hooks';
import type { ErpSummary, KnownRole, UploadPreview } from '../../api/types.ts';
import { usePosted } from '../../api/use-posted.ts';
import { useQuery } from '../../api/use-query.ts';
import { useResource } from '../../api/use-resource.ts';
import { Page } from '../../components/page.tsx';
import { RowsTable } from '../../components/rows-table.tsx';
import { countText } from '../../components/shown.tsx';
import { Shown } from '../../components/states.tsx';
import {
  addUpload,
  dropUpload,
  previewBody,
  readAsGuessed,
  saysHowToRead,
  subjectOf,
  uploadsIn,
} from '../new/asked.ts';
import { BelongsTo } from './belongs-to.tsx';
import { ColumnsTable } from './columns-table.tsx';
import { Consent } from './consent.tsx';
import { DropZone, SentFiles } from './drop-zone.tsx';
import { FilesSeen } from './files-seen.tsx';
import { ReadingForm } from './reading-form.tsx';
import { useSending } from './sending.ts';

/** A file comes in, and is seen for what it is before anything is made of it. */
export function UploadPage() {
  const { query, change } = useQuery();
  const onReceived = useCallback((sha256: string) => change((next) => addUpload(next, sha256)), [change]);
  const { files, send, stop } = useSending(onReceived);
  const body = previewBody(query);
  const preview = usePosted<UploadPreview>('/previews', body, subjectOf(query));
  return (
    <Page
      title="Upload"
      actions={
        body !== null && (
          <a class="button" href="/upload">
            Start over
          </a>
        )
      }
    >
      <div class="stack">
        <DropZone onFiles={send} />
        <SentFiles
          files={files}
          used={uploadsIn(query)}
          onStop={stop}
          onRemove={(sha256) => change((next) => dropUpload(next, sha256))}
        />
        {body !== null && (
          <Shown of={preview} what="the beginning of the file">
            {(seen) => <Preview {...{ seen, query, change }} />}
          </Shown>
        )}
        {preview.state === 'failed' && body !== null && <ReadOtherwise {...{ query, change }} />}
      </div>
    </Page>
  );
}

interface Asked {
  readonly query: URLSearchParams;
  change(change: (query: URLSearchParams) => void): void;
}

/** The files can't be read as it stands: how else they may be, and the way back from what was said. */
function ReadOtherwise({ query, change }: Asked) {
  return (
    <section class="stack" aria-labelledby="read-otherwise">
      <h2 id="read-otherwise">Read it otherwise</h2>
      <ReadingForm preview={null} query={query} change={change} />
      {saysHowToRead(query) && (
        <button type="button" onClick={() => change(readAsGuessed)}>
          Read it as guessed
        </button>
      )}
    </section>
  );
}

function Preview({ seen, query, change }: Asked & { readonly seen: UploadPreview }) {
  const known = useResource<{ readonly roles: readonly KnownRole[] }>('/roles');
  const erps = useResource<{ readonly erps: readonly ErpSummary[] }>('/erps');
  const rowsRead = seen.files.reduce((sum, { rows_read }) => sum + rows_read, 0);
  const all = seen.files.every(({ whole }) => whole);
  return (
    <div class="sections">
      <section>
        <h2>What it is</h2>
        <FilesSeen files={seen.files} onRemove={(sha256) => change((next) => dropUpload(next, sha256))} />
        <ReadingForm preview={seen} query={query} change={change} />
      </section>
      <section>
        <h2>Where it belongs</h2>
        <BelongsTo
          preview={seen}
          query={query}
          erps={erps.state === 'ready' ? erps.data.erps : []}
          change={change}
        />
      </section>
      <section>
        <h2>
          First rows <span class="quiet small">as they will be read</span>
        </h2>
        <RowsTable
          caption="First rows"
          columns={seen.columns}
          rows={seen.rows.slice(0, 12)}
          parts={seen.files.length}
        />
      </section>
      <section>
        <h2>
          Columns{' '}
          <span class="quiet small">
            {all
              ? `after all ${countText(rowsRead, 'row', 'rows')}`
              : `after the first ${countText(rowsRead, 'row', 'rows')}: later rows may say otherwise`}
          </span>
        </h2>
        <ColumnsTable
          preview={seen}
          roles={known.state === 'ready' ? known.data.roles : []}
          types={seen.files.every(({ format }) => format !== 'parquet')}
          {...{ query, rowsRead, change }}
        />
      </section>
      <section>
        <h2>Consent</h2>
        <Consent query={query} columns={seen.columns.map(({ name }) => name)} change={change} />
      </section>
      <p class="row forward">
        <a class="button primary" href={`/new?${query}`}>
          Choose what to run
        </a>
        <span class="quiet">Nothing has been made of the file yet.</span>
      </p>
    </div>
  );
}
