import type { WhatRan } from '../../api/types.ts';
import { useResource } from '../../api/use-resource.ts';
import { Pairs } from '../../components/facts.tsx';
import { copyText } from '../../components/hash.tsx';
import { bytesText } from '../../components/shown.tsx';
import { Notice, Shown } from '../../components/states.tsx';
import { useToasts } from '../../components/toasts.tsx';
import type { TabProps } from './tab-props.ts';
import { whatRanText } from './what-ran-text.ts';

/** One card that suffices to repeat the run; a picture of it too (META-07). */
export function WhatRanTab({ run }: TabProps) {
  const ran = useResource<WhatRan>(`/runs/${run.run_id}/what-ran`);
  return (
    <Shown of={ran} what="what ran" lines={8}>
      {(shown) => <Card ran={shown} />}
    </Shown>
  );
}

function Card({ ran }: { readonly ran: WhatRan }) {
  const toasts = useToasts();
  const { manifest, settings, command, not_in_command } = ran;
  const { engine, determinism, plugins, coverage, dataset, ingest, inputs } = manifest;
  const copy = (text: string, what: string) => async () =>
    toasts.say((await copyText(text)) ? `Copied: ${what}` : 'The browser did not let the page copy.');
  return (
    <section class="card stack what-ran" aria-labelledby="what-ran">
      <div class="row spread">
        <h2 id="what-ran">What ran?</h2>
        <div class="row">
          <button type="button" onClick={copy(whatRanText(ran), 'the card as text')}>
            Copy as text
          </button>
          <button type="button" onClick={copy(command, 'the command line')}>
            Copy as command line
          </button>
        </div>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long command scrolls, also by keyboard */}
      <pre tabIndex={0}>{command}</pre>
      {not_in_command.length > 0 && (
        <Notice tone="warn">
          <p class="any">
            No option sets {not_in_command.join(', ')}: give the configuration file of the run with{' '}
            <code>--config</code>.
          </p>
        </Notice>
      )}
      <Pairs
        facts={[
          { term: 'Run', value: <code>{manifest.run_id}</code> },
          { term: 'Fingerprint', value: <code>{manifest.run_fingerprint}</code> },
          ...inputs.map((input, i) => ({
            term: inputs.length === 1 ? 'Input' : `Input ${i + 1}`,
            value: (
              <>
                <bdi>{input.original_filename}</bdi>, {bytesText(input.bytes)}
                <br />
                <code>{input.upload_sha256}</code>
              </>
            ),
          })),
          {
            term: 'Dataset',
            value: (
              <>
                <bdi>{dataset.name}</bdi>
                {dataset.erp !== undefined && ` of ERP ${dataset.erp}`}, {manifest.kind}
                <br />
                <code>{dataset.dataset_version_id}</code>
              </>
            ),
          },
          {
            term: 'Table',
            value: (
              <>
                {ingest.row_count} rows × {ingest.column_count} columns, {ingest.rejected_rows} rejected
                <br />
                <code>{ingest.schema_sha256}</code>
              </>
            ),
          },
          {
            term: 'Coverage',
            value:
              coverage.kind === 'FULL'
                ? `FULL, ${coverage.rows} rows`
                : `SAMPLED, ${coverage.rows} of ${coverage.of_rows} rows, method ${coverage.method}, fraction ${coverage.fraction}, seed ${coverage.seed}`,
          },
          {
            term: 'Seed',
            value: `${determinism.run_seed} (asked for: ${determinism.requested_seed}, ${determinism.seed_source})`,
          },
          {
            term: 'Engine',
            value: (
              <>
                {engine.version} on Node {engine.node}, DuckDB {engine.duckdb}, Deno {engine.deno}
                <br />
                <code>{engine.code_sha256}</code>
              </>
            ),
          },
          {
            term: 'Settings',
            value:
              settings.length === 0 ? (
                'all as they are by default'
              ) : (
                <ul>
                  {settings.map(({ key, value, from }) => (
                    <li key={key}>
                      <code>{key}</code> = <code>{value}</code> <span class="quiet">({from})</span>
                    </li>
                  ))}
                </ul>
              ),
          },
          { term: 'Configuration', value: <code>{manifest.config.sha256}</code> },
        ]}
      />
      <h3>Plugins</h3>
      <ul class="ran-plugins">
        {plugins.map(({ id, version, code_sha256, status }) => (
          <li key={id}>
            <code>
              {id} {version}
            </code>{' '}
            <code class="quiet" title={code_sha256}>
              {code_sha256.slice(7, 19)}
            </code>
            {status !== 'ok' && <span class="warn"> {status.replaceAll('_', ' ')}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
