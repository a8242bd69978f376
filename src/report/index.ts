// Outcomes of a run → report document → JSON, Markdown, HTML. Pure: no disk, no database, no clock.
export { buildReport, partFileName, type ReportInput, type ReportOutcome } from './build-report.ts';
export { formatFieldValue, formatNumber, formatValue } from './format-value.ts';
export { benjaminiHochberg, type ClosedLedger, closeLedger, type LedgerDrops } from './ledger.ts';
export { defaultShares, isColumnFact, type Score, type Shares, scoreOf } from './rank.ts';
