// Process logs: the columns as SQL, intervals, the close window, jobs left out, chaining, and how their numbers are written.

export { ACTIONABILITY, jobActionability, NOT_ADJUSTABLE } from './actionability.ts';
export { busyPeriodCtes, readBusyBlocks, readBusyShares, servedRunsCte } from './busy-periods.ts';
export { CASE_WORDS, type CaseSteps, readCaseSteps, STEP_ORDER, withSteps } from './case-steps.ts';
export { idOf, labelChaining, pointedAt, type Runs, withRuns } from './chaining.ts';
export {
  type ClockChanges,
  type ClockStretch,
  isAcross,
  isOfTwoPasses,
  isWithin,
  readClockChanges,
  readLogYears,
  zoneOf,
} from './clock-changes.ts';
export { blockOfDay, type CloseBlock, type CloseComparison, compareClose } from './close-blocks.ts';
export { CLOSE_FIELDS, CLOSE_WINDOW, deriveCloseWindow, inClose } from './close-window.ts';
export {
  deriveAs,
  freeName,
  groupName,
  NO_NAME,
  type ProcessLog,
  readProcessLog,
  readyTime,
} from './columns.ts';
export { deriveFailures, type Failures } from './failures.ts';
export {
  deriveIntervals,
  deriveService,
  difference,
  type Intervals,
  recordedDuration,
  serviceTime,
} from './intervals.ts';
export {
  deriveJobLabels,
  type JobLabels,
  type LeftOut,
  noteUnknownJobs,
  readLeftOut,
} from './left-out.ts';
export { deriveLogService } from './log-service.ts';
export {
  fieldOf,
  fieldsOf,
  percent,
  seconds,
  secondsOf,
  secondsText,
  shareOf,
  threshold,
} from './measures.ts';
export {
  deriveOccupancy,
  freeCte,
  MOST_ABOVE,
  MOST_SWEPT,
  type Occupancy,
  readServerLevels,
  readSpan,
  readWholeLog,
  SLICES,
} from './occupancy.ts';
export { DAY_US, leaveOutside, readPeriod } from './outside.ts';
export { parameterKeys, sameParameters } from './parameter-keys.ts';
export { pathCtes, rootCtes } from './pointer-doubling.ts';
export {
  BY_THE_CLOCK,
  RHYTHM,
  type RhythmRequest,
  rhythmCtes,
} from './rhythm.ts';
export { type Lasting, type SweptRows, sweepCtes } from './sweep.ts';
export { beginWaitStudy, type Clock, type WaitStudy } from './wait-study.ts';
