import { formatFieldValue, formatShare } from '../../src/report/format-value.ts';
import type { Coverage } from '../api/types.ts';
import { Badge } from './status.tsx';

/** An instant in the operator's zone; UTC on hover. */
export function Time({ at, seconds = false }: { readonly at: string | null; readonly seconds?: boolean }) {
  if (at === null) return <span class="quiet">not yet</span>;
  const time = new Date(at);
  return (
    <time dateTime={at} title={`${at.slice(0, 19).replace('T', ' ')} UTC`}>
      <span class="nowrap">{dayText(time)}</span> <span class="nowrap">{clockText(time, seconds)}</span>
    </time>
  );
}

const two = (n: number) => String(n).padStart(2, '0');

function dayText(time: Date): string {
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

function clockText(time: Date, seconds: boolean): string {
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  return seconds ? `${clock}:${two(time.getSeconds())}` : clock;
}

/** Milliseconds as the report shows durations; a dash where there is none. */
export function durationText(ms: number | null): string {
  if (ms === null) return '–';
  if (ms < 1000) return `${Math.round(ms)}\u202fms`;
  return formatFieldValue({
    value: ms < 10_000 ? Math.round(ms / 10) / 100 : Math.round(ms / 1000),
    unit: 's',
  });
}

/** Bytes as the report shows them. */
export function bytesText(bytes: number): string {
  return formatFieldValue({ value: bytes, unit: 'B' });
}

/** FULL or SAMPLED, with the share, and what that means on hover. */
export function CoverageBadge({ coverage }: { readonly coverage: Coverage | null }) {
  if (coverage === null) return <Badge text="coverage not known" title="The run has no manifest." />;
  const { rows, of_rows } = coverage;
  return coverage.kind === 'FULL' ? (
    <Badge text="FULL" title={`All ${of_rows} rows were looked at.`} />
  ) : (
    <Badge
      text={`SAMPLED, ${formatShare(coverage.fraction)}`}
      tone="warn"
      title={`A sample of ${rows} of ${of_rows} rows was looked at.`}
    />
  );
}

/** A name with its singular or plural: `1 row`, `12 rows`. */
export function countText(n: number, one: string, many: string): string {
  return `${formatFieldValue({ value: n })} ${n === 1 ? one : many}`;
}
