import { win32 } from 'node:path';
import { commandLine } from '../base/index.ts';
import type { RunManifest } from '../contract/index.ts';
import type { App } from './app.ts';
import { finishedRun, readManifest } from './read-run.ts';

/** Everything that it takes to repeat a run (META-07). */
export interface WhatRan {
  readonly run_id: string;
  readonly manifest: RunManifest;
  /** What was set by a flag, a file or an ERP, not left as it is by default. */
  readonly settings: readonly { readonly key: string; readonly value: string; readonly from: string }[];
  /** What repeats it on the command line. */
  readonly command: string;
  /** Keys that no option of the command line sets: they need a configuration file. */
  readonly not_in_command: readonly string[];
}

/** The card "What ran?" of a finished run, from its manifest, checked by hash. */
export async function whatRan(app: App, id: string): Promise<WhatRan> {
  const manifest = await readManifest(app, finishedRun(app, id));
  const settings = settingsOf(manifest);
  const asOptions = settings.map((setting) => ({ ...setting, option: optionFor(setting) }));
  const words = [
    ...['run', ...manifest.inputs.map(nameOf)],
    ...['--dataset', manifest.dataset.name, '--kind', manifest.kind],
    ...(manifest.dataset.erp === undefined ? [] : ['--erp', manifest.dataset.erp]),
    ...asOptions.flatMap(({ option = [] }) => option),
  ];
  return {
    run_id: manifest.run_id,
    manifest,
    settings,
    command: commandLine(words, app.paths),
    not_in_command: asOptions.filter(({ option }) => option === undefined).map(({ key }) => key),
  };
}

/** A file by its path; one that was sent is found by its hash, since what it was called is a label and no place. */
function nameOf({ original_path, upload_sha256 }: RunManifest['inputs'][number]): string {
  // Windows takes the absolute paths of every system as such.
  return win32.isAbsolute(original_path) ? original_path : upload_sha256;
}

function settingsOf({ config }: RunManifest): WhatRan['settings'] {
  return Object.entries(config.sources)
    .filter(([, from]) => from !== 'default')
    .map(([key, from]) => ({ key, value: textAt(config.resolved, key), from }));
}

/** A setting of a plugin has its path in the sources, and another in the resolved configuration. */
const PLUGIN_SETTING = /^plugins\.([^.]+)\.settings\.(.+)$/;
const MEMBERS: Readonly<Record<string, string>> = {
  memory: 'memoryBytes',
  'dataset.name': 'dataset',
  'dataset.kind': 'kind',
  'dataset.erp': 'erp',
};

function textAt(resolved: Readonly<Record<string, unknown>>, key: string): string {
  const [, plugin, name] = PLUGIN_SETTING.exec(key) ?? [];
  const path =
    plugin === undefined || name === undefined
      ? (MEMBERS[key] ?? key).split('.')
      : ['settings', plugin, name];
  const value = path.reduce<unknown>((at, part) => (isRecord(at) ? at[part] : undefined), resolved);
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

const OPTIONS: Readonly<Record<string, string>> = {
  seed: '--seed',
  workers: '--workers',
  memory: '--memory',
  plugins: '--plugins',
  'ingest.format': '--format',
  'ingest.encoding': '--encoding',
  'ingest.delimiter': '--delimiter',
  'ingest.quote': '--quote',
};

/** Said by the words of every command, or decided by them. */
const SAID = ['dataset.name', 'dataset.kind', 'dataset.erp'];

/** A setting as options; undefined where none sets it. */
function optionFor({ key, value, from }: WhatRan['settings'][number]): string[] | undefined {
  if (SAID.includes(key) || from === 'erp') return [];
  const [, plugin, name] = PLUGIN_SETTING.exec(key) ?? [];
  if (plugin !== undefined) return ['--set', `${plugin}.${name}=${value}`];
  if (key.startsWith('roles.')) return ['--roles', `${key.slice('roles.'.length)}=${value}`];
  if (key === 'ingest.header') return [value === 'false' ? '--no-header' : '--header'];
  if (key === 'plugins') return ['--plugins', value.replaceAll(/["[\]]/g, '')];
  const option = OPTIONS[key];
  return option === undefined ? undefined : [option, value];
}
