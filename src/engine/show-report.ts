import { HarnessError } from '../base/index.ts';
import { Report, type RunManifest, Trace } from '../contract/index.ts';
import { type FindingDetails, type OpenedReport, openReport, type ShownReport } from '../report/index.ts';
import type { App } from './app.ts';
import { finishedRun, readManifest, readVerified, verifiedHash } from './read-run.ts';

/** The report of a finished run in the words of report.html, once its bytes are as recorded. */
export async function showReport(app: App, id: string): Promise<ShownReport> {
  return (await reportOf(app, id)).report.shown;
}

/** One finding of a run with all that stands behind it, its charts drawn. Throws SH_ENTITY_UNKNOWN. */
export async function showFinding(app: App, id: string, findingId: string): Promise<FindingDetails> {
  const { report, manifest } = await reportOf(app, id);
  const details = await report.finding(findingId);
  if (details !== undefined) return details;
  const known = `${manifest.results.findings} findings`;
  throw new HarnessError('SH_ENTITY_UNKNOWN', { id: findingId, run: manifest.run_id, known });
}

/** The lineage of a finished run, whole. */
export async function showLineage(app: App, id: string): Promise<Trace> {
  return readVerified(app, await readManifest(app, finishedRun(app, id)), 'trace.json', Trace);
}

const KEPT = 4;
/** Reports that were opened last, by the hash of their bytes: whoever reads one on the page asks again and again. */
const opened = new Map<string, OpenedReport>();

/** Report and manifest of a finished run, both checked by hash each time. */
export async function reportOf(
  app: App,
  id: string,
): Promise<{ readonly report: OpenedReport; readonly manifest: RunManifest }> {
  const manifest = await readManifest(app, finishedRun(app, id));
  const hash = await verifiedHash(app, manifest, 'report.json');
  const report = opened.get(hash) ?? openReport(await readVerified(app, manifest, 'report.json', Report));
  opened.delete(hash);
  opened.set(hash, report);
  for (const oldest of [...opened.keys()].slice(0, -KEPT)) opened.delete(oldest);
  return { manifest, report };
}
