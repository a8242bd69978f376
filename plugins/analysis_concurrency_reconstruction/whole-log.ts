import {
  type Context,
  MOST_ABOVE,
  type Occupancy,
  type ProcessLog,
  type QueryHandle,
} from '../../src/sdk/index.ts';

/** What every part of the analysis works on. */
export interface Study {
  readonly ctx: Context;
  readonly log: ProcessLog;
  readonly occupancy: Occupancy;
  /** Whether a run's job can be changed, as SQL. */
  readonly adjustable: string;
  readonly span: QueryHandle;
  readonly whole: WholeLog;
}

/** How long so many runs were under way at once. */
export interface Level {
  readonly running: number;
  readonly lastingUs: bigint;
  /** The over-threshold wait that passed meanwhile. */
  readonly waitingUs: bigint;
  readonly row: number;
}

/** The sweep of the whole log. */
export interface WholeLog {
  readonly handle: QueryHandle;
  /** From the first start to the last end. */
  readonly spanUs: bigint;
  /** By number of runs, the fewest first. */
  readonly levels: readonly Level[];
  /** How many runs at once are as many as there can be; undefined where no run waited. */
  readonly slots: Slots | undefined;
  /** A slot is free while fewer runs are under way than that; its row. */
  readonly freeBelow: number;
  readonly slotsRow: number;
}

/** The number of runs at once at which most of the over-threshold wait passed. */
export interface Slots {
  readonly running: number;
  readonly waitingUs: bigint;
  /** Over-threshold wait while at least so many were under way. */
  readonly waitingAtUs: bigint;
  /** Time with at least so many, and with more. */
  readonly atUs: bigint;
  readonly aboveUs: bigint;
}

export function readWhole(handle: QueryHandle, spanUs: bigint): WholeLog {
  const rowsOf = (part: string) => [...handle.rows.keys()].filter((row) => handle.text(row, 'part') === part);
  const levels = rowsOf('level').map((row) => ({
    running: handle.number(row, 'running') ?? 0,
    lastingUs: handle.bigint(row, 'lasting_us') ?? 0n,
    waitingUs: handle.bigint(row, 'waiting_us') ?? 0n,
    row,
  }));
  const [slotsRow = 0] = rowsOf('slots');
  const freeBelow = handle.number(slotsRow, 'running') ?? 0;
  return { handle, spanUs, levels, slots: slotsOf(levels), freeBelow, slotsRow };
}

/**
 * Runs wait where all slots are taken; so the level at which most of the waiting passed is how many there are. The most
 * at once says less: a clock that is wrong for one run is enough to add one.
 */
function slotsOf(levels: readonly Level[]): Slots | undefined {
  const top = levels.reduce((best, level) => (level.waitingUs >= best.waitingUs ? level : best), NONE);
  if (top.waitingUs === 0n) return undefined;
  const at = levels.filter(({ running }) => running >= top.running);
  return {
    running: top.running,
    waitingUs: total(levels.map(({ waitingUs }) => waitingUs)),
    waitingAtUs: total(at.map(({ waitingUs }) => waitingUs)),
    atUs: total(at.map(({ lastingUs }) => lastingUs)),
    aboveUs: total(at.filter((level) => level !== top).map(({ lastingUs }) => lastingUs)),
  };
}

const NONE: Level = { running: 0, lastingUs: 0n, waitingUs: 0n, row: 0 };

/** A level that is passed for a moment only. Waits that pass while nothing runs are no lack of slots. */
export function isLimit({ running, atUs, aboveUs }: Pick<Slots, 'running' | 'atUs' | 'aboveUs'>): boolean {
  return running > 0 && Number(aboveUs) <= MOST_ABOVE * Number(atUs);
}

export function total(parts: readonly bigint[]): bigint {
  return parts.reduce((sum, part) => sum + part, 0n);
}

/** A share in per cent, with one decimal; null of nothing. */
export function percentOf(part: bigint, whole: bigint): number | null {
  return whole === 0n ? null : Math.round((Number(part) / Number(whole)) * 1000) / 10;
}
