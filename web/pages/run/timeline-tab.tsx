import type { RunTimeline, TimelineBar } from '../../api/types.ts';
import { countText, durationText } from '../../components/shown.tsx';
import { Empty, Shown } from '../../components/states.tsx';
import { isUnderWay } from '../../components/status.tsx';
import { outcomeWords } from './plugin-rows.ts';
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
  const { stages, plugins, chunks, more_chunks, duration_ms, ttfr_ms, first_provisional_ms } = timeline;
  const all = [...stages, ...plugins];
  if (all.length === 0) return <Empty title="Nothing has happened yet" />;
  const end = Math.max(
    1,
    elapsed ?? 0,
    duration_ms ?? 0,
    ...all.map(({ from_ms, to_ms }) => to_ms ?? from_ms),
  );
  const chunksOf = Map.groupBy(chunks, ({ what }) => what);
  const rows = [
    ...stages.map((bar) => ({ what: bar.what, bars: [bar], chunks: [], hasMore: false, isStage: true })),
    ...Array.from(
      Map.groupBy(plugins, ({ what }) => what),
      ([what, bars]) => ({
        ...{ what, bars, chunks: chunksOf.get(what) ?? [], isStage: false },
        hasMore: more_chunks.includes(what),
      }),
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
        {chunks.length > 0 && (
          <li>
            <i class="bar chunk" /> a chunk of the table
          </li>
        )}
        <li>
          <i class="bar reused" /> taken over from earlier
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
  readonly chunks: readonly TimelineBar[];
  /** Had more chunks than are shown. */
  readonly hasMore: boolean;
  readonly isStage: boolean;
  readonly end: number;
  readonly isOpen: boolean;
}) {
  const { what, bars, chunks, hasMore, isStage, end, isOpen } = props;
  const sum = (kind: TimelineBar['kind']) =>
    bars.filter((bar) => bar.kind === kind).reduce((ms, bar) => ms + (bar.to_ms ?? end) - bar.from_ms, 0);
  const waited = sum('waiting');
  const executed = bars.some(({ kind }) => kind === 'executing');
  return (
    <tr class={isStage ? 'of-stage' : ''}>
      <th scope="row">
        {isStage ? what : <code>{what}</code>}
        {chunks.length > 0 && (
          <span class="quiet small">
            {` ${hasMore ? 'the first ' : ''}${countText(chunks.length, 'chunk', 'chunks')}`}
          </span>
        )}
      </th>
      <td>
        <span class={chunks.length > 0 ? 'lane with-chunks' : 'lane'}>
          {[...bars, ...chunks].map((bar) => (
            <Bar key={`${bar.kind} ${bar.detail} ${bar.from_ms}`} bar={bar} end={end} />
          ))}
        </span>
      </td>
      <td class="num">{waited > 0 ? durationText(waited) : ''}</td>
      <td class="num">{isStage || executed ? durationText(sum(isStage ? 'stage' : 'executing')) : ''}</td>
      <td>{endText(bars, isOpen)}</td>
    </tr>
  );
}

/** A span; on hover, what it is and from when to when. */
function Bar({ bar, end }: { readonly bar: TimelineBar; readonly end: number }) {
  const { kind, detail, reused, from_ms, to_ms } = bar;
  const words = {
    waiting: `waiting for ${detail}`,
    chunk: `chunk ${detail}${reused ? ', taken over' : ''}`,
    stage: 'stage',
    executing: 'executing',
  }[kind];
  return (
    <i
      class={`bar ${kind} ${reused ? 'reused' : ''}`}
      title={`${words}: ${durationText(from_ms)} to ${to_ms === null ? 'now' : durationText(to_ms)}`}
      style={{ left: `${(100 * from_ms) / end}%`, width: `${(100 * ((to_ms ?? end) - from_ms)) / end}%` }}
    />
  );
}

/** How a plugin ended, or what it does; nothing of a stage. */
function endText(bars: readonly TimelineBar[], isOpen: boolean): string {
  const last = bars.at(-1);
  if (last === undefined || last.kind === 'stage') return '';
  if (last.to_ms === null) return isOpen ? `${last.kind} …` : 'broken off';
  return last.reused ? 'taken over' : outcomeWords(last.detail);
}
