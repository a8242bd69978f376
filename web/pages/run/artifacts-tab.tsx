import { useState } from 'preact/hooks';
import { address } from '../../api/client.ts';
import type { RunArtifacts } from '../../api/types.ts';
import { useResource } from '../../api/use-resource.ts';
import { Breakable } from '../../components/breakable.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Choice } from '../../components/fields.tsx';
import { Find, useFilters } from '../../components/filters.tsx';
import { Hash } from '../../components/hash.tsx';
import { Icon } from '../../components/icon.tsx';
import { bytesText, countText } from '../../components/shown.tsx';
import { Empty, Notice, Shown } from '../../components/states.tsx';
import { Badge } from '../../components/status.tsx';
import type { TabProps } from './tab-props.ts';

/** Every file of the run with its hash; each is checked when it is listed, and again when it is downloaded. */
export function ArtifactsTab({ run }: TabProps) {
  const artifacts = useResource<RunArtifacts>(`/runs/${run.run_id}/artifacts`);
  return (
    <Shown of={artifacts} what="the files" lines={8}>
      {(shown) => <Artifacts listed={shown} verify={artifacts.reload} />}
    </Shown>
  );
}

function Artifacts({ listed, verify }: { readonly listed: RunArtifacts; verify(): void }) {
  const { artifacts, run_id } = listed;
  const { filters, set } = useFilters();
  const [verifiedAgain, setVerifiedAgain] = useState(0);
  const producers = [...new Set(artifacts.map(({ producer }) => producer))].sort();
  const shown = artifacts.filter(
    ({ producer, path }) =>
      (!filters['producer'] || producer === filters['producer']) && path.includes(filters['find'] ?? ''),
  );
  const damaged = artifacts.filter(({ damage }) => damage !== null);
  return (
    <div class="stack">
      <search class="filters">
        <Find label="Find" value={filters['find'] ?? ''} onChange={(find) => set({ find })} />
        <Choice
          label="Producer"
          auto="any"
          value={filters['producer'] ?? ''}
          options={producers.map((producer) => [producer, producer])}
          onChange={(producer) => set({ producer })}
        />
        <button
          type="button"
          onClick={() => {
            setVerifiedAgain(verifiedAgain + 1);
            verify();
          }}
        >
          Verify again
        </button>
        <p class="quiet small told-count" aria-live="polite">
          {countText(shown.length, 'file', 'files')},{' '}
          {damaged.length === 0 ? 'all with the recorded hash' : `${damaged.length} damaged`}
          {verifiedAgain > 0 && ' (verified again)'}
        </p>
      </search>
      {damaged.length > 0 && (
        <Notice tone="bad">
          <p>
            <strong>{countText(damaged.length, 'file is', 'files are')} not as recorded.</strong> Nothing of
            them is handed out. Run <code>stat-harness doctor --full</code>.
          </p>
        </Notice>
      )}
      {shown.length === 0 ? (
        <Empty title="No file fits these filters" />
      ) : (
        <DataTable
          caption="Files of this run"
          rows={shown}
          keyOf={({ path }) => path}
          columns={[
            {
              head: 'Path',
              cell: ({ path }) => (
                <code>
                  <Breakable name={path} />
                </code>
              ),
            },
            {
              head: 'SHA-256',
              cell: ({ sha256, path }) => <Hash value={sha256} what={`the hash of ${path}`} length={12} />,
            },
            { head: 'Size', num: true, cell: ({ bytes }) => bytesText(bytes) },
            { head: 'Type', cell: ({ media_type }) => media_type },
            {
              head: 'Producer',
              cell: ({ producer }) => (
                <code>
                  <Breakable name={producer} />
                </code>
              ),
            },
            {
              head: 'Checked',
              cell: ({ damage }) =>
                damage === null ? (
                  <Badge status icon="done" tone="good" text="as recorded" />
                ) : (
                  <Badge status icon="failed" tone="bad" text="damaged" />
                ),
            },
            {
              head: '',
              cell: ({ path, damage }) =>
                damage === null && (
                  <a
                    class="nowrap"
                    href={address(
                      `/runs/${run_id}/artifacts/${path.split('/').map(encodeURIComponent).join('/')}`,
                    )}
                    download
                    aria-label={`Download ${path}`}
                  >
                    <Icon name="download" /> Download
                  </a>
                ),
            },
          ]}
        />
      )}
    </div>
  );
}
