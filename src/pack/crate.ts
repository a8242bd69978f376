import type { ReproPack } from '../contract/index.ts';
import { coverageText } from './coverage-text.ts';
import { actionsOf } from './crate-actions.ts';
import {
  type CrateInput,
  ENGINE,
  type Entity,
  hex,
  idOf,
  inputId,
  OPERATOR,
  pluginId,
  reference,
} from './crate-entities.ts';
import type { PackFile } from './payload.ts';

export const CRATE = 'ro-crate-metadata.json';
const CRATE_VERSION = 'https://w3id.org/ro/crate/1.1';
const PROFILE = 'https://w3id.org/ro/wfrun/process/0.5';
const RIGHTS = '#rights';

/**
 * `ro-crate-metadata.json`: RO-Crate 1.1 with the Process Run Crate profile 0.5, in the payload of the bag. The engine
 * and the plugins are the software, the run and each execution the actions; dates are those of the run.
 */
export function crateText(from: CrateInput): string {
  const actions = actionsOf(from);
  const software = softwareOf(from);
  const graph = [
    descriptor(),
    root(from, actions),
    { '@id': PROFILE, '@type': 'CreativeWork', name: 'Process Run Crate', version: '0.5' },
    rights(),
    operator(),
    ...identifiers(from.pack),
    ...software,
    ...actions,
    ...inputsOf(from),
    ...from.files.map(fileEntity),
  ];
  const context = ['https://w3id.org/ro/crate/1.1/context', 'https://w3id.org/ro/terms/workflow-run/context'];
  return `${JSON.stringify({ '@context': context, '@graph': graph }, null, 2)}\n`;
}

function descriptor(): Entity {
  return {
    '@id': CRATE,
    '@type': 'CreativeWork',
    conformsTo: { '@id': CRATE_VERSION },
    about: { '@id': './' },
  };
}

/** Whoever ran it: a pack holds nobody's name. */
function operator(): Entity {
  return {
    '@id': OPERATOR,
    '@type': 'Person',
    name: 'The operator',
    description: 'Whoever ran the analysis, and is not named here.',
  };
}

function root({ manifest, pack, files }: CrateInput, actions: readonly Entity[]): Entity {
  const looked = coverageText(pack.coverage);
  const data = pack.kind === 'synthetic' ? 'Synthetic data, nothing real. ' : '';
  return {
    '@id': './',
    '@type': 'Dataset',
    conformsTo: { '@id': PROFILE },
    name: `Analysis of the dataset "${manifest.dataset.name}", run ${manifest.run_id}`,
    description: `${data}Report, results and evidence of one run of Statistic Harness, ${pack.status}, ${looked}. report.html opens in a browser, offline.`,
    datePublished: manifest.finished_at,
    license: { '@id': RIGHTS },
    identifier: identifiers(pack).map(reference),
    hasPart: files.map((file) => ({ '@id': idOf(file) })),
    mentions: actions.map(reference),
  };
}

function rights(): Entity {
  return {
    '@id': RIGHTS,
    '@type': 'CreativeWork',
    name: 'All rights with the owner of the data',
    description:
      'No licence was given with this pack. Ask whoever gave it to you before you publish it or pass it on.',
  };
}

function identifiers(pack: ReproPack): Entity[] {
  const named: readonly (readonly [string, string])[] = [
    ['run_id', pack.run_id],
    ['run_fingerprint', pack.run_fingerprint],
    ['content_sha256', pack.content_sha256],
    ['manifest_sha256', pack.manifest_sha256],
  ];
  return named.map(([name, value]) => ({
    '@id': `#${name}`,
    '@type': 'PropertyValue',
    name,
    value,
  }));
}

function softwareOf({ manifest, titles }: CrateInput): Entity[] {
  const { engine } = manifest;
  const plugins = manifest.plugins.map((plugin) => ({
    '@id': pluginId(plugin.id),
    '@type': 'SoftwareApplication',
    name: titles.get(plugin.id) ?? plugin.id,
    alternateName: plugin.id,
    softwareVersion: plugin.version,
    sha256: hex(plugin.code_sha256),
  }));
  const libraries = [
    { '@id': '#node', name: 'Node.js', softwareVersion: engine.node },
    { '@id': '#duckdb', name: 'DuckDB', softwareVersion: engine.duckdb },
    { '@id': '#deno', name: 'Deno', softwareVersion: engine.deno },
  ].map((library) => ({ '@type': 'SoftwareApplication', ...library }));
  return [
    {
      '@id': ENGINE,
      '@type': 'SoftwareApplication',
      name: 'Statistic Harness',
      softwareVersion: engine.version,
      sha256: hex(engine.code_sha256),
      softwareRequirements: libraries.map(reference),
    },
    ...libraries,
    ...plugins,
  ];
}

/** What the run was made of: described, where it is not in the pack. */
function inputsOf({ manifest, inputs }: CrateInput): Entity[] {
  if (inputs.length > 0) return [];
  return manifest.inputs.map((input, index) => ({
    '@id': inputId(index),
    '@type': 'CreativeWork',
    name: input.original_filename,
    description: `The file that was uploaded as part ${index + 1}: ${input.bytes} bytes. It is not in this pack.`,
    sha256: hex(input.upload_sha256),
  }));
}

function fileEntity(file: PackFile): Entity {
  return {
    '@id': idOf(file),
    '@type': 'File',
    name: file.title,
    encodingFormat: file.mediaType,
    contentSize: String(file.bytes),
    sha256: hex(file.sha256),
  };
}
