import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Document, isMap, isSeq } from 'yaml';
import { HarnessError, messageOf, writeFileAtomic } from '../base/index.ts';
import { check, describeProblems, type Evaluation, Report } from '../contract/index.ts';
import { evaluateReport, type TruthTemplate, truthTemplate } from '../report/index.ts';
import type { App } from './app.ts';
import { asUnusable, refuseOutFile } from './out-file.ts';
import { finishedRun, readManifest, readVerified } from './read-run.ts';
import { readTruth } from './read-truth.ts';
import { checkPackAt } from './verify-pack.ts';

/** Where a report is: of a run in the appdata, or in a file: a report.json, or a repro pack. */
export type ReportPlace = { readonly app: App; readonly run: string } | { readonly path: string };

/**
 * Holds a report against a ground truth. Throws SH_TRUTH_…, SH_RUN_…, SH_INTEGRITY_…, SH_REPORT_FILE_INVALID,
 * SH_PACK_….
 */
export async function evaluateRun(
  place: ReportPlace,
  truthPath: string,
  { strict }: { readonly strict: boolean },
): Promise<Evaluation> {
  const truth = await readTruth(truthPath);
  const { report, runId } = await reportAt(place);
  return evaluateReport(report, truth, { strict, runId });
}

export interface TemplateRequest {
  /** By default the text is only returned. */
  readonly out?: string;
  readonly overwrite: boolean;
}

export interface WrittenTemplate {
  readonly path: string | null;
  readonly text: string;
  readonly findings: number;
  readonly metrics: number;
}

/** Writes a ground truth that a report fulfils, to be edited. Throws as `evaluateRun`, and SH_OUT_FILE_…. */
export async function writeTruthTemplate(
  place: ReportPlace,
  { out, overwrite }: TemplateRequest,
): Promise<WrittenTemplate> {
  const path = out === undefined ? null : resolve(out);
  if (path !== null) refuseOutFile(path, { overwrite });
  const template = truthTemplate((await reportAt(place)).report);
  const text = templateText(template);
  if (path !== null) {
    await writeFileAtomic(path, text).catch((error: unknown) => {
      throw asUnusable(error, path);
    });
  }
  const { findings = [], metrics = [] } = template.truth;
  return { path, text, findings: findings.length, metrics: metrics.length };
}

async function reportAt(
  place: ReportPlace,
): Promise<{ readonly report: Report; readonly runId: string | null }> {
  if ('path' in place) return reportFileAt(place.path);
  const run = finishedRun(place.app, place.run);
  const manifest = await readManifest(place.app, run);
  return { report: await readVerified(place.app, manifest, 'report.json', Report), runId: run.run_id };
}

async function reportFileAt(
  path: string,
): Promise<{ readonly report: Report; readonly runId: string | null }> {
  if (/\.json$/i.test(path)) return { report: await reportFile(path), runId: null };
  const { report, manifest, problems } = await checkPackAt(path);
  const [first] = problems;
  if (report !== null && manifest !== null && first === undefined) return { report, runId: manifest.run_id };
  const reason = first === undefined ? 'it holds no report' : `${first.path} is not as it was packed`;
  throw new HarnessError('SH_PACK_REFUSED', { path, reason });
}

async function reportFile(path: string): Promise<Report> {
  const checked = check(Report, await jsonAt(path));
  if (checked.ok) return checked.value;
  throw new HarnessError('SH_REPORT_FILE_INVALID', {
    path,
    problems: describeProblems(checked.problems.slice(0, 3)),
  });
}

async function jsonAt(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new HarnessError('SH_REPORT_FILE_INVALID', { path, problems: messageOf(error) }, { cause: error });
  }
}

const HEAD = ` Everything that the report claims, in its order, as a ground truth. Take out what you do not want to promise, put in what
 you know besides, change numbers and tolerances; \`expected: not_found\` says that something must not be claimed.
 Besides findings and metrics there are features, change_points, dependence and anomalies: docs/guides/evaluate.md.`;

function templateText({ truth, titles }: TruthTemplate): string {
  const document = new Document(truth, { aliasDuplicateObjects: false });
  document.commentBefore = HEAD;
  const findings = document.get('findings');
  for (const [i, item] of (isSeq(findings) ? findings.items : []).entries()) {
    if (!isMap(item)) continue;
    item.commentBefore = ` ${(titles[i] ?? '').replaceAll(/\p{Cc}+/gu, ' ')}`;
    for (const { value } of item.items) if (isMap(value)) value.flow = true;
  }
  const metrics = document.get('metrics');
  for (const item of isSeq(metrics) ? metrics.items : []) if (isMap(item)) item.flow = true;
  return document.toString({ lineWidth: 0 });
}
