import type { DatasetInspection, RowTrace } from '../../api/types.ts';
import { useResource } from '../../api/use-resource.ts';
import { Hash } from '../../components/hash.tsx';
import { Time } from '../../components/shown.tsx';
import { Shown } from '../../components/states.tsx';
import { Badge } from '../../components/status.tsx';

/** From a row back to its file, and forth to the findings that cite it, or are about what it holds. */
export function TracedRow(props: {
  readonly data: DatasetInspection;
  readonly name: string;
  readonly part: number;
  readonly row: number;
}) {
  const { data, name, part, row } = props;
  const dataset = `/datasets/${encodeURIComponent(name)}`;
  const trace = useResource<RowTrace>(`${dataset}/rows/${row}/findings?part=${part}`);
  const file = data.parts[part - 1];
  return (
    <section class="card stack" aria-label={`Row ${row}`}>
      <h2>What was found in row {row}</h2>
      {file && (
        <p class="small quiet">
          It is record {row} of{' '}
          <a class="any" href={`${dataset}/versions`}>
            {file.original_filename}
          </a>
          , <Hash value={file.upload_sha256} what={`the sha256 of ${file.original_filename}`} length={12} />
        </p>
      )}
      <Shown of={trace} what="the findings of the row" lines={2}>
        {({ runs, runs_total }) => (
          <div class="stack">
            {runs.length === 0 && <p>No finished run has looked at these rows.</p>}
            {runs.map((run) => (
              <article key={run.run_id} class="stack">
                <h3>
                  <a href={`/runs/${run.run_id}`}>Run {run.run_id.slice(0, 8)}</a>{' '}
                  <span class="quiet small">
                    <Time at={run.created_at} />
                  </span>
                </h3>
                {run.failures.map((why) => (
                  <p key={why} class="warn any">
                    It could not be looked through: {why}
                  </p>
                ))}
                {run.findings.length === 0 && run.failures.length === 0 && (
                  <p class="quiet">No finding cites this row or is about what it holds.</p>
                )}
                <ul class="stack">
                  {run.findings.map(({ id, number, title, how, because }) => (
                    <li key={id}>
                      <Badge
                        text={how === 'cites' ? 'cites this row' : `about ${because}`}
                        {...(how === 'cites' && { tone: 'accent' })}
                      />{' '}
                      <a class="any" href={`/runs/${run.run_id}/findings?open=${number}`}>
                        {title}
                      </a>
                    </li>
                  ))}
                </ul>
              </article>
            ))}
            {runs_total > runs.length && (
              <p class="quiet">
                The newest {runs.length} of {runs_total} runs were looked at.
              </p>
            )}
          </div>
        )}
      </Shown>
    </section>
  );
}
