import { Report, type RunComparison } from '../contract/index.ts';
import { type ComparedRun, compareRuns } from '../report/index.ts';
import type { App } from './app.ts';
import { finishedRun, readManifest, readVerified } from './read-run.ts';

/**
 * What differs between two finished runs, named by id, unique prefix or `latest`. Both are checked by hash before
 * they are read. Throws SH_RUN_UNKNOWN, SH_RUN_INCOMPLETE, SH_INTEGRITY_….
 */
export async function compareTwoRuns(app: App, a: string, b: string): Promise<RunComparison> {
  const [first, second] = [finishedRun(app, a), finishedRun(app, b)];
  return compareRuns(await documentsOf(app, first), await documentsOf(app, second));
}

async function documentsOf(app: App, run: ReturnType<typeof finishedRun>): Promise<ComparedRun> {
  const manifest = await readManifest(app, run);
  return { manifest, report: await readVerified(app, manifest, 'report.json', Report) };
}
