import { quoteName, quoteText } from '../dataset/index.ts';
import { type Plan, sharesOfRun } from '../pipeline/index.ts';
import { noJobOfLog } from '../sdk/process-log/no-job.ts';
import type { App } from './app.ts';
import type { Ingested } from './ingest-file.ts';
import { openVersion } from './open-version.ts';

/** Settings that name jobs. */
const SETTINGS = ['watchdog_activities', 'excluded_activities', 'not_adjustable_activities'] as const;

/** What the settings call a job and no row of the table does, as the analyses will note it; nothing is read where none names one. */
export async function unknownJobs(
  app: App,
  { ingested, plan }: { readonly ingested: Ingested; readonly plan: Plan },
): Promise<string[]> {
  const named = SETTINGS.map((key) => ({
    key,
    names: [...new Set(plan.planned.flatMap(({ settings }) => namesIn(settings[key])))],
  }));
  const all = [...new Set(named.flatMap(({ names }) => names))];
  const activity = ingested.roles.bindings.find(({ role }) => role === 'activity')?.sql_name;
  if (all.length === 0 || activity === undefined) return [];
  const { config, version, parts, checked } = ingested;
  const dataset = await openVersion(app, version, parts, {
    ...sharesOfRun(config.memoryBytes, config.workers).duckDb,
    checked,
  });
  try {
    const name = `CAST(${quoteName(activity)} AS VARCHAR)`;
    const { rows } = await dataset.query({
      sql: `SELECT DISTINCT ${name} AS name FROM data WHERE ${name} IN (${all.map(quoteText).join(', ')})`,
    });
    const known = new Set(rows.map(([found]) => String(found)));
    return named.flatMap(({ key, names }) => {
      const unknown = names.filter((job) => !known.has(job));
      return unknown.length === 0 ? [] : [noJobOfLog(key, unknown)];
    });
  } finally {
    await dataset.close();
  }
}

function namesIn(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
