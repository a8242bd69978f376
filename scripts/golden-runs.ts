import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256 } from '../src/base/index.ts';
import { openApp, runAnalysis } from '../src/engine/index.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Runs whose content is committed: any difference fails. */
export const GOLDEN_RUNS = [
  { name: 'process-log', file: 'examples/process-log.csv', kind: 'synthetic' },
  { name: 'sales', file: 'examples/sales.csv', kind: 'synthetic' },
] as const;

/** Runs one of them, and gives the folder of the run. */
export async function runGolden(golden: (typeof GOLDEN_RUNS)[number], appdata: string): Promise<string> {
  const app = await openApp({ appdata });
  try {
    const summary = await runAnalysis(app, {
      files: [join(root, golden.file)],
      flags: { kind: golden.kind },
      pluginFolders: [],
      force: true,
      wait: true,
      osSandbox: 'auto',
      onProgress: () => undefined,
    });
    if (summary.status !== 'COMPLETED') throw new Error(`${golden.name} ended ${summary.status}`);
    return summary.run_dir;
  } finally {
    app.close();
  }
}

/** What is committed of a run: the trace, the findings in words, and the hash of every content file. */
export function goldenFiles(runFolder: string): Record<string, string> {
  const names = [
    'report.json',
    'trace.json',
    ...readdirSync(join(runFolder, 'results')).map((n) => `results/${n}`),
  ];
  const text = (name: string): string => readFileSync(join(runFolder, name), 'utf8');
  const hashes = Object.fromEntries(names.sort().map((name) => [name, sha256(text(name))]));
  const report = JSON.parse(text('report.json')) as { findings: { title: string; statement: string }[] };
  const findings = report.findings.map(({ title, statement }) => `## ${title}\n\n${statement}\n`);
  return {
    'hashes.json': `${JSON.stringify(hashes, null, 2)}\n`,
    'trace.json': text('trace.json'),
    'findings.md': findings.join('\n'),
  };
}
