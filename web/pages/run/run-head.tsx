import type { RunDetails, WhatRan } from '../../api/types.ts';
import { useResource } from '../../api/use-resource.ts';
import { type Fact, Facts } from '../../components/facts.tsx';
import { Copy, Hash } from '../../components/hash.tsx';
import { bytesText, CoverageBadge, countText, durationText, Time } from '../../components/shown.tsx';
import { Notice } from '../../components/states.tsx';
import { Badge, StatusBadge } from '../../components/status.tsx';

/** The name of a run's dataset and what the run is, by words. */
export function RunTitle({ run }: { readonly run: RunDetails }) {
  return (
    <div class="row">
      <h1>
        <bdi>{run.dataset}</bdi>
      </h1>
      <StatusBadge status={run.status} />
      {run.coverage !== null && <CoverageBadge coverage={run.coverage} />}
      {run.kind === 'synthetic' && (
        <Badge text="synthetic data" title="Made up for trying the program out." />
      )}
      {run.pinned !== null && (
        <Badge
          icon="pin"
          text={run.pinned === 'data' ? 'pinned with its data' : 'pinned'}
          title="No policy removes it."
        />
      )}
    </div>
  );
}

/** What a run was made of and with, in one look: enough to tell it from every other. */
export function RunFacts({ run }: { readonly run: RunDetails }) {
  const ran = useResource<WhatRan>(run.manifest_sha256 === null ? null : `/runs/${run.run_id}/what-ran`);
  const manifest = ran.state === 'ready' ? ran.data.manifest : undefined;
  return (
    <div class="stack run-facts">
      <Facts facts={[...ownFacts(run), ...(manifest ? manifestFacts(manifest) : [])]} />
      <Missing run={run} />
    </div>
  );
}

function ownFacts(run: RunDetails): Fact[] {
  return [
    { term: 'Run', value: <Hash value={run.run_id} what="the run id" /> },
    { term: 'Fingerprint', value: <Hash value={run.run_fingerprint} what="the fingerprint" /> },
    { term: 'Asked for', value: <Time at={run.created_at} /> },
    { term: 'First result', value: durationText(run.ttfr_ms) },
    { term: 'Took', value: durationText(run.duration_ms) },
  ];
}

function manifestFacts(manifest: WhatRan['manifest']): Fact[] {
  const { inputs, ingest, determinism, execution, features, plugins } = manifest;
  const flags = [
    features.network_enabled ? 'network' : '',
    features.vector_store_enabled ? 'vector store' : '',
    features.gpu ? 'gpu' : '',
  ].filter((flag) => flag !== '');
  return [
    {
      term: inputs.length === 1 ? 'Input' : `Inputs (${inputs.length})`,
      broad: true,
      value: inputs.slice(0, 3).map((input) => (
        <div key={input.part_id} class="any">
          <a href={`${tableOf(manifest)}/versions`}>{input.original_filename}</a>{' '}
          <span class="quiet">{bytesText(input.bytes)}</span>{' '}
          <Hash value={input.upload_sha256} what={`the hash of ${input.original_filename}`} />
        </div>
      )),
    },
    {
      term: 'Table',
      broad: true,
      value: (
        <>
          <a href={tableOf(manifest)}>
            {countText(ingest.row_count, 'row', 'rows')} ×{' '}
            {countText(ingest.column_count, 'column', 'columns')}
          </a>
          {ingest.rejected_rows > 0 && `, ${countText(ingest.rejected_rows, 'record', 'records')} rejected`}
        </>
      ),
    },
    {
      term: 'Seed',
      value: (
        <Copy
          text={determinism.run_seed}
          shown={determinism.seed_source === 'fingerprint' ? 'from the data' : determinism.run_seed}
          what="the seed"
        />
      ),
    },
    { term: 'Workers', value: `${execution.workers}, ${bytesText(execution.memory_limit_bytes)}` },
    { term: 'Flags', value: flags.length === 0 ? 'none' : flags.join(', ') },
    { term: 'Repeatable', value: <Determinism plugins={plugins} /> },
  ];
}

/** The very rows that the run looked at: the dataset may have newer ones by now. */
function tableOf({ dataset }: WhatRan['manifest']): string {
  return `/datasets/${encodeURIComponent(dataset.dataset_version_id)}`;
}

function Determinism({ plugins }: Pick<WhatRan['manifest'], 'plugins'>) {
  const open = plugins.filter(({ granted = [] }) =>
    granted.some(({ capability }) => capability === 'network'),
  );
  return open.length === 0 ? (
    <Badge
      icon="same"
      text="deterministic"
      title="The same input, settings and program give the same bytes."
    />
  ) : (
    <Badge
      icon="warning"
      tone="warn"
      text="not repeatable"
      title={`Had the network: ${open.map(({ id }) => id).join(', ')}.`}
    />
  );
}

/** PARTIAL names what is missing. */
function Missing({ run }: { readonly run: RunDetails }) {
  const missing = run.executions.filter(({ status }) => status !== 'ok' && status !== 'not_applicable');
  if (run.status !== 'PARTIAL' || missing.length === 0) return null;
  return (
    <Notice tone="warn">
      <p>
        <strong>{countText(missing.length, 'analysis is', 'analyses are')} missing from this run.</strong>{' '}
        What it found stands; what these would have found is not known.
      </p>
      <ul>
        {missing.slice(0, 12).map(({ plugin_id, status, reason }) => (
          <li key={plugin_id} class="any">
            <a href={`/runs/${run.run_id}/plugins#${plugin_id}`}>{plugin_id}</a>:{' '}
            {status.replaceAll('_', ' ')}
            {reason !== '' && `, ${reason}`}
          </li>
        ))}
        {missing.length > 12 && <li>and {missing.length - 12} more, see Plugins</li>}
      </ul>
    </Notice>
  );
}
