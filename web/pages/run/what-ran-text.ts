import type { WhatRan } from '../../api/types.ts';

/** The card as plain text, for a mail or a ticket. */
export function whatRanText({ manifest, settings, command }: WhatRan): string {
  const { engine, determinism, coverage, dataset, ingest, inputs, plugins } = manifest;
  return [
    `Run ${manifest.run_id}`,
    `Fingerprint ${manifest.run_fingerprint}`,
    ...inputs.map(
      (input) => `Input ${input.original_filename}, ${input.bytes} bytes, ${input.upload_sha256}`,
    ),
    `Dataset ${dataset.name}, ${manifest.kind}, ${dataset.dataset_version_id}`,
    `Table ${ingest.row_count} rows x ${ingest.column_count} columns, ${ingest.rejected_rows} rejected, schema ${ingest.schema_sha256}`,
    `Coverage ${coverage.kind}, ${coverage.rows} of ${coverage.of_rows} rows`,
    `Seed ${determinism.run_seed} (asked for: ${determinism.requested_seed}, ${determinism.seed_source})`,
    `Engine ${engine.version}, code ${engine.code_sha256}, Node ${engine.node}, DuckDB ${engine.duckdb}, Deno ${engine.deno}`,
    `Configuration ${manifest.config.sha256}`,
    ...settings.map(({ key, value, from }) => `  ${key} = ${value} (${from})`),
    'Plugins',
    ...plugins.map(({ id, version, code_sha256, status }) => `  ${id} ${version} ${code_sha256} ${status}`),
    'Repeat it',
    `  ${command}`,
    '',
  ].join('\n');
}
