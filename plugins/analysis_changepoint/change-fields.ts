import type { DerivationHandle, FieldInput, HalfResult, QueryHandle } from '../../src/sdk/index.ts';
import { LEVEL } from './change-effect.ts';
import type { FoundChange, TestedModel } from './series-study.ts';
import type { Series } from './series-table.ts';

/** The numbers of every change, by name and place: `before_1`, `shift_2` … */
export function changeValues(
  { changes }: TestedModel,
  halves: readonly (readonly [HalfResult, HalfResult])[] | undefined,
): Record<string, number | null> {
  const entries = changes.flatMap((change, i) => {
    const [first, second] = halves?.[i] ?? [];
    const { alike } = change;
    return Object.entries({
      ...(typeof alike === 'object'
        ? {
            before: alike.before,
            after: alike.after,
            days_before: alike.daysBefore,
            days_after: alike.daysAfter,
          }
        : { before: change.before, after: change.after }),
      shift: change.shift,
      shift_low: change.low,
      shift_high: change.high,
      shift_percent: change.relative === undefined ? null : round(change.relative * 100, 1),
      shift_spreads: change.spread > 0 ? round(change.shift / change.spread, 2) : null,
      slope_before: change.earlier.slope,
      slope_after: change.later.slope,
      stretches_before: change.earlier.to - change.earlier.from,
      stretches_after: change.later.to - change.later.from,
      ...(first && { shift_first_half: first.estimate }),
      ...(second && { shift_second_half: second.estimate }),
    }).map(([name, value]) => [`${name}_${i + 1}`, value] as const);
  });
  return { confidence_percent: LEVEL * 100, ...Object.fromEntries(entries) };
}

function round(value: number, digits: number): number {
  const power = 10 ** digits;
  return Math.round(value * power) / power;
}

interface FieldRequest {
  /** Yields every stretch that has rows. */
  readonly calendar: QueryHandle;
  readonly derivation: DerivationHandle;
  readonly series: Series;
  /** Index of the change. */
  readonly index: number;
  readonly change: FoundChange;
  readonly unit: string | undefined;
  /** Of differences: those of shares are points. */
  readonly shiftUnit: string | undefined;
  readonly hasHalves: boolean;
}

/** The fields of one change: numbers from the derivation, times from the series' query. */
export function changeFields(request: FieldRequest): Record<string, FieldInput> {
  const { derivation, index, change, unit, shiftUnit, hasHalves } = request;
  const value = (name: string) => derivation.value(`${name}_${index + 1}`);
  const of = (name: string, its = unit): FieldInput =>
    its === undefined ? value(name) : { from: value(name), unit: its };
  const shift = (name: string) => of(name, shiftUnit);
  return {
    date: stretchAt(request, change.at),
    earliest: stretchAt(request, change.earliest),
    latest: stretchAt(request, change.latest),
    before: of('before'),
    after: of('after'),
    shift: shift('shift'),
    shift_low: shift('shift_low'),
    shift_high: shift('shift_high'),
    shift_percent: { from: value('shift_percent'), unit: '%' },
    shift_spreads: value('shift_spreads'),
    slope_before: shift('slope_before'),
    slope_after: shift('slope_after'),
    stretches_before: value('stretches_before'),
    stretches_after: value('stretches_after'),
    ...(typeof change.alike === 'object' && {
      days_before: value('days_before'),
      days_after: value('days_after'),
    }),
    confidence: { from: derivation.value('confidence_percent'), unit: '%' },
    ...(hasHalves && {
      shift_first_half: shift('shift_first_half'),
      shift_second_half: shift('shift_second_half'),
    }),
  };
}

/** Start of a stretch; of one without rows, of the next that has some. */
function stretchAt({ calendar, series }: FieldRequest, index: number): FieldInput {
  const ordinal = series.ordinals[index] ?? 0;
  const row = calendar.rows.findIndex((_, i) => (calendar.number(i, 'ordinal') ?? 0) >= ordinal);
  return calendar.cell(row < 0 ? calendar.rows.length - 1 : row, 'stretch');
}
