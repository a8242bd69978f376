// Outcomes of a run → report document → JSON, Markdown, HTML. Pure: no disk, no database, no clock.
export { buildReport, type ReportInput, type ReportOutcome } from './build-report.ts';
export { chartSpecProblem } from './charts/check-spec.ts';
export { prepareToDraw } from './charts/draw-chart.ts';
export type { Circumstances, PluginCircumstances } from './circumstances.ts';
export { type ComparedRun, compareRuns } from './compare/compare-runs.ts';
export { countFindings, type FindingCounts, NO_FINDINGS } from './count-findings.ts';
export { type Evaluated, evaluateReport, judge } from './evaluate/evaluate.ts';
export { type TruthTemplate, truthTemplate } from './evaluate/template.ts';
export {
  formatFieldValue,
  formatNumber,
  formatProbability,
  formatShare,
  formatValue,
  type Shown,
} from './format-value.ts';
export { HTML_LIMIT, renderHtml } from './html/render-html.ts';
export { issueWords } from './known-issues/condition-words.ts';
export { evaluateIssues } from './known-issues/evaluate-issues.ts';
export { benjaminiHochberg, closeLedger } from './ledger.ts';
export { renderMarkdown } from './markdown/render-markdown.ts';
export { defaultShares, isFact, scoreOf } from './rank.ts';
export { renderJson } from './render-json.ts';
export type { ShownDerivation, ShownEvidence, ShownField, ShownQuery } from './shown/shown-evidence.ts';
export {
  type FindingDetails,
  type OpenedReport,
  openReport,
  type ShownChart,
  type ShownClaim,
  type ShownFinding,
  type ShownIssue,
  type ShownReport,
} from './shown/shown-report.ts';
