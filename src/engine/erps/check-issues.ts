import { type KnownIssue, type KnownIssueResult, Report } from '../../contract/index.ts';
import { evaluateIssues } from '../../report/index.ts';
import type { App } from '../app.ts';
import { runPlugins } from '../plugins/run-plugins.ts';
import { finishedRun, readManifest, readVerified } from '../read-run.ts';
import { erpCalled } from './erp-of-dataset.ts';
import { compileSentence } from './sentences/compile-sentence.ts';

export interface CheckIssuesRequest {
  readonly erp: string;
  /** A finished run; the newest of the ERP, if left out. */
  readonly run?: string;
  /** Try this sentence instead of the issues that are kept. */
  readonly sentence?: string;
}

/** What a finished run says of issues, those of today. */
export interface CheckedIssues {
  readonly erp: string;
  readonly run_id: string;
  readonly known_issues: readonly KnownIssueResult[];
}

/** Asks a finished run what it says of the issues of an ERP as they are now. Changes nothing. */
export async function checkIssues(app: App, request: CheckIssuesRequest): Promise<CheckedIssues> {
  const erp = erpCalled(app, request.erp);
  const issues = request.sentence === undefined ? erp.known_issues : [await tried(app, request.sentence)];
  const newest = app.state.erpHistory.list(erp.name, 1)[0]?.run_id;
  const run = finishedRun(app, request.run ?? newest ?? 'latest');
  const report = await readVerified(app, await readManifest(app, run), 'report.json', Report);
  return {
    erp: erp.name,
    run_id: run.run_id,
    known_issues: evaluateIssues(issues, report.findings, report.plugins),
  };
}

async function tried(app: App, sentence: string): Promise<KnownIssue> {
  const condition = compileSentence(sentence, await runPlugins(app, [], { needed: [] }));
  return { id: 'tried', title: sentence, sentence, condition, strict: false };
}
