import { HarnessError, nearest, parseBytes } from '../base/index.ts';
import {
  type Capability,
  Config,
  type ConfigSource,
  check,
  describeProblems,
  type Erp,
  type ErpIngest,
  HIGHEST_Q,
  type IngestOptions,
  isRoleName,
  type Limits,
  type Problem,
  ProcessDefaults,
  ROLES,
} from '../contract/index.ts';
import { capabilitiesFor, ceilingsFor, type LoadedPlugin, type PluginType } from '../plugin-host/index.ts';
import { type ErpOfRun, erpOfRun } from './erp-of-run.ts';
import { LEAST_MEMORY_BYTES } from './memory-shares.ts';
import { assertKnown, resolveSettings, type SettingsLayer } from './plugin-settings.ts';
import { resolveSample, type WantedSample } from './wanted-sample.ts';

/** Which plugins a run is to have: all but those that the configuration disables, all, or a list of ids. */
export type PluginChoice = 'auto' | 'all' | readonly string[];

/** What the flags of the command line say; absent means not given. */
export interface RunFlags {
  readonly dataset?: string;
  /** The ERP that the dataset belongs to. */
  readonly erp?: string;
  /** Put the files behind the newest version of the dataset. */
  readonly append?: boolean;
  readonly kind?: 'real' | 'synthetic';
  readonly plugins?: PluginChoice;
  /** `plugin.key` → value as text; read as YAML. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly roles?: Readonly<Record<string, readonly string[]>>;
  readonly seed?: string;
  /** A share of the rows: `0.1`, `10%`. */
  readonly sample?: string;
  /** The column whose values are drawn whole. */
  readonly sampleBy?: string;
  readonly workers?: number;
  readonly memory?: string;
  readonly ingest?: Partial<IngestOptions>;
}

/** The configuration of a run with every default filled in, and where each value came from. */
export interface ResolvedConfig {
  readonly dataset: string;
  /** Absent where the dataset belongs to none. */
  readonly erp?: ErpOfRun;
  readonly kind: 'real' | 'synthetic';
  readonly ingest: IngestOptions;
  readonly roles: Readonly<Record<string, readonly string[]>>;
  readonly plugins: PluginChoice;
  readonly disabled: readonly string[];
  /** Every plugin's settings with its defaults. */
  readonly settings: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly seed: string;
  /** Absent where every row is looked at. */
  readonly sample?: WantedSample;
  readonly workers: number;
  readonly memoryBytes: number;
  readonly policy: {
    readonly on_failure: 'continue' | 'stop';
    readonly require_os_sandbox: boolean;
    readonly false_discovery_rate: number;
    /** For the plugins of each type the ceilings in force, and what they may use without an approval. */
    readonly profiles: Readonly<Record<PluginType, Profile>>;
  };
  readonly sources: Readonly<Record<string, ConfigSource>>;
}

/** What plugins of one type may have at most, and may use without an approval. */
export interface Profile {
  readonly limits: Limits;
  readonly capabilities: readonly Capability[];
}

export interface ConfigInput {
  readonly flags: RunFlags;
  /** The parsed configuration file and its path, if there is one. */
  readonly file?: { readonly path: string; readonly content: unknown };
  readonly plugins: readonly LoadedPlugin[];
  readonly defaults: { readonly dataset: string; readonly workers: number };
  /** The ERP of a dataset: the one that was named, or the one that it belongs to. */
  erp?(dataset: string, named: string | undefined): Erp | undefined;
}

/** Takes the value of a key from the strongest source that has one, and notes which that was. */
type Take = <T>(key: string, flag: T | undefined, config: T | undefined, fallback: T, erp?: T) => T;

/** Resolves flags over file over ERP over defaults. Throws SH_CONFIG_INVALID with every problem and its path. */
export function resolveConfig(input: ConfigInput): ResolvedConfig {
  const file = checkedFile(input.file);
  const sources: Record<string, ConfigSource> = {};
  const pick: Take = (key, flag, config, fallback, erp) => {
    const source =
      flag !== undefined ? 'flag' : config !== undefined ? 'config' : erp !== undefined ? 'erp' : 'default';
    sources[key] = source;
    return flag ?? config ?? erp ?? fallback;
  };
  const { flags } = input;
  const plugins = pick<PluginChoice>('plugins', flags.plugins, undefined, 'auto');
  const disabled = disabledIn(file);
  const known = input.plugins.map((plugin) => plugin.manifest.id);
  for (const id of Array.isArray(flags.plugins) ? flags.plugins : []) assertKnown(id, known);
  for (const role of Object.keys(flags.roles ?? file.roles ?? {})) assertRole(role);
  const sample = resolveSample(flags, file.sample, pick);
  const dataset = pick('dataset.name', flags.dataset, file.dataset?.name, input.defaults.dataset);
  if (sources['dataset.name'] !== 'default') refuseUnreachable(dataset);
  const named = pick<string | undefined>('dataset.erp', flags.erp, file.dataset?.erp, undefined);
  const erp = input.erp?.(dataset, named);
  return {
    dataset,
    ...(erp && { erp: erpOfRun(erp) }),
    kind: pick('dataset.kind', flags.kind, file.dataset?.kind, 'real'),
    ingest: resolveIngest(flags.ingest ?? {}, file.ingest ?? {}, erp?.ingest ?? {}, pick),
    roles: pick('roles', flags.roles, file.roles && listsOf(file.roles), {}),
    plugins,
    disabled,
    settings: resolveSettings({
      plugins: input.plugins,
      layers: layersOf(input, file, erp),
      sources,
      isTaken: (id) => isChosen(id, { plugins, disabled }),
    }),
    seed: pick('seed', flags.seed, file.seed === undefined ? undefined : String(file.seed), '0'),
    ...(sample && { sample }),
    workers: pick('workers', flags.workers, file.workers, input.defaults.workers),
    memoryBytes: parseMemory(pick('memory', flags.memory, file.memory, '2GB')),
    policy: {
      on_failure: pick('policy.on_failure', undefined, file.policy?.on_failure, 'continue'),
      require_os_sandbox: pick(
        'policy.require_os_sandbox',
        undefined,
        file.policy?.require_os_sandbox,
        false,
      ),
      false_discovery_rate: pick(
        'policy.false_discovery_rate',
        undefined,
        file.policy?.false_discovery_rate,
        0.05,
      ),
      profiles: resolveProfiles(file.policy, sources),
    },
    sources,
  };
}

function checkedFile(file: ConfigInput['file']): Config {
  if (file === undefined) return {};
  const checked = check(Config, file.content ?? {});
  if (!checked.ok) throw invalid(file.path, checked.problems.map(explained));
  return checked.value;
}

function explained(problem: Problem): Problem {
  if (/^policy\.profiles\.\w+\.capabilities/.test(problem.path)) {
    const why = 'a profile can only leave or take away these two; others are approved for single plugins';
    return { ...problem, message: `${problem.message} (${why}: "stat-harness plugins approve")` };
  }
  if (problem.path !== 'policy.false_discovery_rate') return problem;
  const why = `plugins leave out what has a p-value above ${HIGHEST_Q}, so that a higher rate would keep less than it promises`;
  return { ...problem, message: `${problem.message} (${why}; the default is 0.05)` };
}

function resolveIngest(
  flags: Partial<IngestOptions>,
  file: NonNullable<Config['ingest']>,
  erp: ErpIngest,
  pick: Take,
): IngestOptions {
  const sheet = pick('ingest.sheet', flags.sheet, file.sheet, undefined);
  const table = pick('ingest.table', flags.table, file.table, undefined);
  const date_order = pick('ingest.date_order', flags.date_order, file.date_order, undefined, erp.date_order);
  const encoding = pick('ingest.encoding', flags.encoding, file.encoding, undefined, erp.encoding);
  return {
    format: pick('ingest.format', flags.format, file.format, 'auto'),
    delimiter: pick('ingest.delimiter', flags.delimiter, file.delimiter, null, erp.delimiter),
    quote: pick('ingest.quote', flags.quote, file.quote, null, erp.quote),
    header: pick('ingest.header', flags.header, file.header, 'auto', erp.header),
    types: pick('ingest.types', flags.types, file.types, {}, erp.types),
    ...(date_order !== undefined && { date_order }),
    ...(sheet !== undefined && { sheet }),
    ...(table !== undefined && { table }),
    ...(encoding !== undefined && { encoding }),
  };
}

/** The ceilings of each type of plugin; each number says where it came from. */
function resolveProfiles(
  policy: Config['policy'],
  sources: Record<string, ConfigSource>,
): ResolvedConfig['policy']['profiles'] {
  const profileOf = (type: PluginType): Profile => {
    const limits = ceilingsFor(type, policy);
    const given = { ...policy?.limits, ...policy?.profiles?.[type]?.limits };
    for (const name of Object.keys(limits)) {
      const key = `policy.profiles.${type}.limits.${name}`;
      sources[key] = Object.hasOwn(given, name) ? 'config' : 'default';
    }
    sources[`policy.profiles.${type}.capabilities`] =
      policy?.profiles?.[type]?.capabilities === undefined ? 'default' : 'config';
    return { limits, capabilities: capabilitiesFor(type, policy) };
  };
  return {
    profile: profileOf('profile'),
    analysis: profileOf('analysis'),
    report: profileOf('report'),
    llm: profileOf('llm'),
  };
}

function listsOf(roles: NonNullable<Config['roles']>): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(roles).map(([role, columns]) => [role, typeof columns === 'string' ? [columns] : columns]),
  );
}

function disabledIn(file: Config): string[] {
  return Object.entries(file.plugins ?? {})
    .filter(([, plugin]) => plugin.enabled === false)
    .map(([id]) => id);
}

/** Whether a run takes a plugin, as far as its configuration goes. */
export function isChosen(
  id: string,
  { plugins, disabled }: Pick<ResolvedConfig, 'plugins' | 'disabled'>,
): boolean {
  if (plugins === 'all') return true;
  return plugins === 'auto' ? !disabled.includes(id) : plugins.includes(id);
}

/** What flags, file and ERP say of settings, for who must tell which of them is wrong. Throws as `resolveConfig`. */
export function settingsLayers(
  input: ConfigInput,
  { dataset }: Pick<ResolvedConfig, 'dataset'>,
): SettingsLayer[] {
  const file = checkedFile(input.file);
  return layersOf(input, file, input.erp?.(dataset, input.flags.erp ?? file.dataset?.erp));
}

/** What flags, file and ERP say of settings, the strongest first. Throws SH_PLUGIN_UNKNOWN, SH_CONFIG_INVALID. */
function layersOf(
  { flags, file, plugins }: ConfigInput,
  content: Config,
  erp: Erp | undefined,
): SettingsLayer[] {
  const known = plugins.map((plugin) => plugin.manifest.id);
  const fromFile = Object.entries(content.plugins ?? {});
  for (const [id] of fromFile) assertKnown(id, known);
  return [
    flagLayer(flags.settings ?? {}, known),
    {
      source: 'config',
      name: file?.path ?? '',
      plugins: Object.fromEntries(fromFile.map(([id, { settings = {} }]) => [id, settings])),
      process: content.process ?? {},
    },
    ...(erp === undefined ? [] : [erpLayer(erp)]),
  ];
}

/** What an ERP says of a plugin that is not there is for where it is. */
function erpLayer({ name, plugins, process }: Erp): SettingsLayer {
  return { source: 'erp', name: `the ERP "${name}"`, plugins, process };
}

/** What follows `process.` in `--set process.KEY=VALUE` is for every plugin that has such a setting. */
function flagLayer(settings: Readonly<Record<string, unknown>>, known: readonly string[]): SettingsLayer {
  const given: Record<string, Record<string, unknown>> = {};
  for (const [path, value] of Object.entries(settings)) {
    const dot = path.indexOf('.');
    if (dot < 1) throw invalid('--set', [{ path, message: 'must be PLUGIN.KEY=VALUE' }]);
    const id = path.slice(0, dot);
    if (id !== 'process') assertKnown(id, known);
    given[id] = { ...given[id], [path.slice(dot + 1)]: value };
  }
  const { process = {}, ...plugins } = given;
  const checked = check(ProcessDefaults, process);
  if (!checked.ok)
    throw invalid(
      '--set',
      checked.problems.map((problem) => prefixed('process', problem)),
    );
  return { source: 'flag', name: '--set', plugins, process };
}

/** A name stands in addresses and before `@VERSION`: one that is read as something else there could never be opened. */
function refuseUnreachable(name: string): void {
  if (!/^\.{1,2}$|@\d+$|[\u0000-\u001f\u007f-\u009f]/.test(name)) return;
  const message =
    'a dataset is not called "." or "..", has no control characters, and no "@" with a number at its end';
  throw invalid(JSON.stringify(name), [{ path: '/dataset/name', message }]);
}

/** Throws SH_ROLE_UNKNOWN with the nearest role. */
function assertRole(role: string): void {
  if (isRoleName(role)) return;
  throw new HarnessError('SH_ROLE_UNKNOWN', { role, nearest: nearest(role, Object.keys(ROLES)) ?? '' });
}

/** `2GB`, `512MiB`, `1.5G` … in bytes. Throws SH_CONFIG_INVALID. */
export function parseMemory(text: string): number {
  const bytes = parseBytes(text);
  if (bytes === undefined || bytes < LEAST_MEMORY_BYTES) {
    const message = `must be a size of at least ${LEAST_MEMORY_BYTES / 1e6}MB such as 2GB, got "${text}"`;
    throw invalid('memory', [{ path: '', message }]);
  }
  return bytes;
}

function prefixed(prefix: string, problem: Problem): Problem {
  return { path: problem.path === '' ? prefix : `${prefix}.${problem.path}`, message: problem.message };
}

function invalid(source: string, problems: readonly Problem[]): HarnessError {
  return new HarnessError('SH_CONFIG_INVALID', { source, problems: describeProblems(problems) });
}
