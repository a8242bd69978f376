import { canonicalJsonFile, type Sha256 } from '../base/index.ts';
import type { Report, Trace } from '../contract/index.ts';
import { type PluginCircumstances, renderHtml, renderMarkdown } from '../report/index.ts';
import type { Outcome } from './outcome.ts';
import type { PlannedRun } from './planned-run.ts';
import type { Staging } from './staging.ts';
import { buildTrace } from './trace.ts';

/** Writes everything that is content: results in order of plugin id, report, trace. */
export async function writeContent(
  run: PlannedRun,
  staging: Staging,
  outcomes: readonly Outcome[],
  report: Report,
): Promise<Trace> {
  for (const outcome of outcomes) {
    if (outcome.ok === undefined) continue;
    const { id } = outcome.manifest;
    await staging.write(`results/${id}.json`, outcome.ok.text, 'application/json');
    for (const artifact of outcome.ok.result.artifacts) {
      const { title: _title, path, ...content } = artifact;
      staging.register({ ...content, path: `artifacts/${id}/${path}`, producer: id });
    }
  }
  const written = await staging.write('report.json', canonicalJsonFile(report), 'application/json');
  const circumstances = {
    run_fingerprint: run.fingerprint.sha256,
    engine_version: run.engine.version,
    plugins: Object.fromEntries(outcomes.map((outcome) => [outcome.manifest.id, beside(outcome)])),
    disabled: run.disabled,
  };
  await staging.write('report.md', renderMarkdown(report, circumstances), 'text/markdown');
  await staging.write('report.html', await renderHtml(report, circumstances), 'text/html');
  const trace = buildTrace(run.input, outcomes, written.sha256 as Sha256);
  await staging.write('trace.json', canonicalJsonFile(trace), 'application/json');
  return trace;
}

function beside({ entry: { plugin }, ok }: Outcome): PluginCircumstances {
  return { files: ok?.result.artifacts ?? [], ...(plugin.origin && { origin: plugin.origin }) };
}
