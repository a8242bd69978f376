import { formatFieldValue, formatShare } from '../../../src/report/format-value.ts';
import type { ProgressEvent } from '../../api/types.ts';
import { bytesText, countText, durationText } from '../../components/shown.tsx';
import { Loading, Notice } from '../../components/states.tsx';
import { type Follower, useElapsed, useProgress } from './use-progress.ts';

/** A run under way: how far it is, what it says so far, and how long it has been at it. */
export function LiveRun(props: {
  readonly id: string;
  readonly since: string | null;
  readonly follower: Follower;
}) {
  const { id, since, follower } = props;
  const { progress, heard, lost } = useProgress(id, follower);
  const elapsed = useElapsed(since);
  const { stage, read, executing, finished, waiting, told } = progress;
  const facts = [
    ...(read === null
      ? []
      : [
          `${formatFieldValue({ value: read.rows })} rows read`,
          ...(read.bytes > 0 ? [bytesText(read.bytes)] : []),
        ]),
    ...(read !== null && read.perSecond > 0 ? [`${formatFieldValue({ value: read.perSecond })} rows/s`] : []),
    ...(finished > 0 ? [`${countText(finished, 'plugin', 'plugins')} done`] : []),
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
    ...(elapsed === null ? [] : [`${durationText(elapsed)} so far`]),
  ];
  if (!heard) return <Loading what="how far it is" />;
  return (
    <section class="card stack live after" aria-labelledby="live">
      <h2 id="live">
        <span aria-live="polite">{stage === '' ? 'Under way' : capital(stage)}</span>
      </h2>
      <p class="facts-line">
        {facts.map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </p>
      <progress aria-label="The run is under way" />
      {executing.length > 0 && (
        <ul class="executing">
          {executing.map(({ plugin, done, total }) => (
            <li key={plugin}>
              <code>{plugin}</code>
              {total > 0 && (
                <>
                  <progress value={done} max={total} aria-label={`Progress of ${plugin}`} />
                  <span class="quiet small">
                    {formatFieldValue({ value: done })} of {formatFieldValue({ value: total })}
                  </span>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
      {lost && (
        <Notice tone="warn">
          <p>
            <strong>The connection to the program was lost.</strong> The run goes on without it, and this page
            follows it again as soon as the program answers.
          </p>
          <p class="small">
            If the program has ended, start <code>stat-harness serve</code> again and open the address that it
            prints.
          </p>
        </Notice>
      )}
      <Provisional told={told} />
    </section>
  );
}

function Provisional({ told }: { readonly told: readonly Told[] }) {
  if (told.length === 0) return null;
  return (
    <div class="stack">
      <h3>
        So far <span class="badge warn">provisional</span>
      </h3>
      <p class="quiet small">What was seen until now, of a part of the rows. Nothing is tested with it.</p>
      <ul class="told">
        {told.map(({ by, finding }) => (
          <li key={`${by} ${finding.statement.slice(0, 40)}`}>
            <span class="any">{finding.statement}</span>{' '}
            <span class="quiet small nowrap">
              {formatShare(finding.coverage.share)} of the {finding.coverage.sampled ? 'sample' : 'table'}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

type Told = Extract<ProgressEvent, { kind: 'provisional' }>;

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
