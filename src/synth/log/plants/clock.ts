import { RowTally } from '../../tallies.ts';
import type { ClockFault } from '../clock-faults.ts';
import type { LogPlant } from '../plant.ts';

export const clockViolations: LogPlant = {
  name: 'clock_violations',
  meaning: 'rows whose clock can not be right: they end before they start, start before they were queued …',
  size: { default: 0.002, min: 0.00001, max: 0.5, unit: 'share of the rows' },
  apply: (plan, size) => ({ ...plan, clockFaults: size }),
  watch() {
    const rows = new RowTally();
    const counts: Record<ClockFault, number> = {
      end_before_start: 0,
      start_before_queued: 0,
      start_before_prerequisite_ended: 0,
    };
    return {
      see(_run, row, { fault }) {
        if (fault === undefined) return;
        counts[fault] += 1;
        rows.add(row);
      },
      facts: () => ({
        kind: 'clock_violations',
        statement: 'Some rows hold times that can not be right. They are written so; nothing really ran so.',
        target: { scope: 'all rows' },
        rows: rows.facts,
        measured: { ...counts },
      }),
    };
  },
};
