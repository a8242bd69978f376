// Outcomes of a run → report document → JSON, Markdown, HTML. Pure: no disk, no database, no clock.
export { buildReport, partFileName, type ReportInput, type ReportOutcome } from './build-report.ts';
export { chartSpecProblem } from './charts/check-spec.ts';
export type { Circumstances } from './circumstances.ts';
export { formatFieldValue, formatNumber, formatValue } from './format-value.ts';
export { HTML_LIMIT, renderHtml } from './html/render-html.ts';
export { benjaminiHochberg, type ClosedLedger, closeLedger, type LedgerDrops } from './ledger.ts';
export { renderMarkdown } from './markdown/render-markdown.ts';
export { defaultShares, isFact, type Score, type Shares, scoreOf } from './rank.ts';
export { renderJson } from './render-json.ts';
