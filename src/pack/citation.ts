import type { ReproPack, RunManifest } from '../contract/index.ts';
import { coverageText } from './coverage-text.ts';

/**
 * `CITATION.cff` (Citation File Format 1.2.0): how to cite the analysis. Who made it is not known here, so the program is
 * named; whoever publishes the pack puts the people in front.
 */
export function citationText(manifest: RunManifest, pack: ReproPack): string {
  const lines = [
    `cff-version: 1.2.0`,
    `message: ${quoted('If you use this analysis, cite it with its fingerprint; add its authors before the program.')}`,
    `type: dataset`,
    `title: ${quoted(`Analysis of the dataset "${manifest.dataset.name}"`)}`,
    `authors:`,
    `  - name: ${quoted('Statistic Harness')}`,
    `version: ${quoted(manifest.run_id)}`,
    `date-released: ${quoted(manifest.finished_at.slice(0, 10))}`,
    `abstract: ${quoted(
      `Made by Statistic Harness ${manifest.engine.version} from ${manifest.ingest.row_count} rows in ${manifest.ingest.column_count} columns${sampled(pack)}. Equal fingerprints mean equal results.`,
    )}`,
    `identifiers:`,
    ...identifier('fingerprint of the run: input, settings, programs', manifest.run_fingerprint),
    ...identifier('hash of the content: report, results, artifacts', pack.content_sha256),
    ...identifier('hash of the run manifest', pack.manifest_sha256),
  ];
  return `${lines.join('\n')}\n`;
}

/** That it was made from some of the rows alone. */
function sampled({ coverage }: ReproPack): string {
  return coverage.kind === 'FULL' ? '' : `, ${coverageText(coverage)}`;
}

function identifier(description: string, value: string): string[] {
  return [
    `  - type: other`,
    `    description: ${quoted(description)}`,
    `    value: ${quoted(`urn:${value}`)}`,
  ];
}

/** A text in YAML's double quotes, which JSON's are. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
