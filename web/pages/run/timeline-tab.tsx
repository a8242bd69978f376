import type { RunTimeline, TimelineBar } from '../../api/types.ts';
import { durationText } from '../../components/shown.tsx';
import { Empty, Shown } from '../../components/states.tsx';
import { isUnderWay } from '../../components/status.tsx';
import type { TabProps } from './tab-props.ts';
import { useElapsed } from './use-progress.ts';
import { useTimeline } from './use-timeline.ts';

/** When everything of the run began and ended: each bar is the span between two stored events (OBS-04). */
export function TimelineTab({ run }: TabProps) {
  const timeline = useTimeline(run);
  const elapsed = useElapsed(isUnderWay(run) ? run.created_at : null);
  return (
    <Shown of={timeline} what="the timeline" lines={8}>
      {(shown) => <Timeline timeline={shown} elapsed={elapsed} />}
    </Shown>
  );
}

/** `elapsed`: milliseconds since a run was asked for that is still under way. */
function Timeline({
  timeline,
  elapsed,
}: {
  readonly timeline: RunTimeline;
  readonly elapsed: number | null;
}) {
  const { stages, plugins, duration_ms, ttfr_ms, first_provisional_ms } = timeline;
  const all = [...stages, ...plugins];
  if (all.length === 0) return <Empty title="Nothing has happened yet" />;
  const end = Math.max(
    1,
    elapsed ?? 0,
    duration_ms ?? 0,
    ...all.map(({ from_ms, to_ms }) => to_ms ?? from_ms),
  );
  const rows = [
    ...stages.map((bar) => ({ what: bar.what, bars: [bar], isStage: true })),
    ...Array.from(
      Map.groupBy(plugins, ({ what }) => what),
      ([what, bars]) => ({ what, bars, isStage: false }),
    ),
  ];
  return (
    <div class="stack">
      <p class="facts-line">
        <span>
          {durationText(duration_ms ?? end)} {duration_ms === null ? 'so far' : 'in all'}
        </span>
        {first_provisional_ms !== null && (
          <span>first provisional finding {durationText(first_provisional_ms)}</span>
        )}
        {ttfr_ms !== null && <span>first result {durationText(ttfr_ms)}</span>}
      </p>
      <ul class="legend" aria-label="What the bars mean">
        <li>
          <i class="bar stage" /> stage of the run
        </li>
        <li>
          <i class="bar waiting" /> waiting
        </li>
        <li>
          <i class="bar executing" /> executing
        </li>
        <li>
          <i class="bar reused" /> taken over from an earlier run
        </li>
      </ul>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="wide" tabIndex={0} aria-label="Timeline of the run">
        <table class="timeline">
          <caption class="unseen">
            Spans between the stored events of the run, in time since it was asked for
          </caption>
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col" class="axis">
                <Axis end={end} />
              </th>
              <th scope="col" class="num">
                Waited
              </th>
              <th scope="col" class="num">
                Took
              </th>
              <th scope="col">Ended</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={`${row.isStage} ${row.what}`} {...row} end={end} isOpen={elapsed !== null} />
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

function Axis({ end }: { readonly end: number }) {
  return (
    <span class="ticks">
      <span>0</span>
      <span>{durationText(end / 2)}</span>
      <span>{durationText(end)}</span>
    </span>
  );
}

function Row(props: {
  readonly what: string;
  readonly bars: readonly TimelineBar[];
  readonly isStage: boolean;
  readonly end: number;
  readonly isOpen: boolean;
}) {
  const { what, bars, isStage, end, isOpen } = props;
  const sum = (kind: TimelineBar['kind']) =>
    bars.filter((bar) => bar.kind === kind).reduce((ms, bar) => ms + (bar.to_ms ?? end) - bar.from_ms, 0);
  const waited = sum('waiting');
  return (
    <tr class={isStage ? 'of-stage' : ''}>
      <th scope="row">{isStage ? what : <code>{what}</code>}</th>
      <td>
        <span class="lane">
          {bars.map((bar) => (
            <i
              key={`${bar.kind} ${bar.from_ms}`}
              class={`bar ${bar.reused ? 'reused' : bar.kind}`}
              title={`${bar.kind === 'waiting' ? `waiting for ${bar.detail}` : bar.kind}: ${durationText(bar.from_ms)} to ${bar.to_ms === null ? 'now' : durationText(bar.to_ms)}`}
              style={{
                left: `${(100 * bar.from_ms) / end}%`,
                width: `${(100 * ((bar.to_ms ?? end) - bar.from_ms)) / end}%`,
              }}
            />
          ))}
        </span>
      </td>
      <td class="num">{waited > 0 ? durationText(waited) : ''}</td>
      <td class="num">{durationText(isStage ? sum('stage') : sum('executing'))}</td>
      <td>{endText(bars, isOpen)}</td>
    </tr>
  );
}

/** How a plugin ended, or what it does; nothing of a stage. */
function endText(bars: readonly TimelineBar[], isOpen: boolean): string {
  const last = bars.at(-1);
  if (last === undefined || last.kind === 'stage') return '';
  if (last.to_ms === null) return isOpen ? `${last.kind} …` : 'broken off';
  return last.reused ? 'reused' : last.detail.replaceAll('_', ' ');
}
