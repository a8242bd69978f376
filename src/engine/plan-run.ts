import { byCodePoint, canonicalJson, commandLine, randomId } from '../base/index.ts';
import type {
  Column,
  ColumnType,
  Coverage,
  DatasetVersion,
  DerivedDefinition,
  ManifestGrant,
  PluginOrigin,
  RoleMap,
} from '../contract/index.ts';
import {
  type Allowed,
  type EngineIdentity,
  engineIdentity,
  type Fingerprint,
  fingerprintRun,
  grantOf,
  type LeftOut,
  type Missing,
  type Plan,
  type RunFlags,
  type RunInput,
  samplingOf,
} from '../pipeline/index.ts';
import { assertOsSandbox, type LoadedPlugin } from '../plugin-host/index.ts';
import type { App } from './app.ts';
import { type ExpectedRun, expectRun } from './expect-run.ts';
import { type Ingested, ingest, type Unrecorded, whileIngesting } from './ingest-file.ts';
import { withAdvice } from './plugins/advice.ts';
import { allowedIn } from './plugins/allowed.ts';
import { planCompatible } from './plugins/compatible.ts';
import { asDisabled, disabledPlugins, runPlugins } from './plugins/run-plugins.ts';
import type { ProgressEvent } from './progress-event.ts';
import { coverageOf } from './run-coverage.ts';
import { takeVersion } from './take-version.ts';
import { unknownJobs } from './unknown-jobs.ts';

/** What the operator asks for with `run`. */
export interface RunRequest {
  /** Paths of files, or hashes of files that were received before (`sha256:…`). */
  readonly files: readonly string[];
  /** Instead of files: a dataset version that is there already. */
  readonly version?: string;
  /** The id that the run is to have; one of its own, if left out. */
  readonly runId?: string;
  readonly flags: RunFlags;
  readonly configFile?: { readonly path: string; readonly content: unknown };
  /** Folders of plugins besides the built-in ones. */
  readonly pluginFolders: readonly string[];
  /** The fingerprint of the plan that was looked at: where what would run has another, nothing runs. */
  readonly confirmed?: string;
  /** Execute every plugin, whatever was computed before. */
  readonly force: boolean;
  /** Queue behind another run rather than refuse. */
  readonly wait: boolean;
  readonly osSandbox: 'auto' | 'off';
  /** Run plugins that say they can't work on this machine all the same. */
  readonly ignoreHealth?: boolean;
  /** Plugins that this run lets into the network, as far as that is approved; none, if left out. */
  readonly allowNetwork?: readonly string[];
  /** Folder for a copy of the report files. */
  readonly out?: string;
  /** Forces the rows per chunk; results don't depend on it. */
  readonly chunkRows?: number;
  readonly signal?: AbortSignal;
  onProgress(event: ProgressEvent): void;
}

/** A run that is planned in every detail, before anything was executed. */
export interface PreparedRun {
  readonly ingested: Ingested;
  readonly input: RunInput;
  readonly plan: Plan;
  readonly fingerprint: Fingerprint;
  readonly engine: EngineIdentity;
  /** Plugins that the operator has taken out of all runs, by id. */
  readonly disabled: readonly string[];
}

/** Ingests the files, resolves the configuration and plans. Nothing is recorded yet, nothing executed. */
export async function prepareRun(
  app: App,
  request: RunRequest,
  runId: string,
): Promise<PreparedRun & { readonly ingested: Unrecorded }> {
  const named = request.flags.plugins;
  const [plugins, engine] = await Promise.all([
    runPlugins(app, request.pluginFolders, typeof named === 'object' ? { needed: named } : {}),
    engineIdentity(),
  ]);
  const allowed = allowedIn(app, request);
  const read = request.version === undefined ? ingest : takeVersion;
  const ingested = await read(app, request, {
    plugins,
    engine,
    correlationId: runId,
    accept: (config, version, roles) => {
      if (config.sample !== undefined) samplingOf(config.sample, version.schema);
      planCompatible(app, { plugins, config, version, roles, engineVersion: engine.version, allowed });
    },
  }).catch(async (error: unknown) => {
    throw await withAdvice(asDisabled(error, app), app, engine.version);
  });
  const { osSandbox } = request;
  return { ...(await planIngested(app, ingested, { plugins, engine, osSandbox, allowed })), ingested };
}

/** Plans a run over what was ingested. Throws SH_PLAN_…, SH_PLUGIN_…, SH_SANDBOX_UNAVAILABLE. */
export async function planIngested(
  app: App,
  ingested: Ingested,
  { plugins, engine, osSandbox, allowed }: PlanningContext,
): Promise<PreparedRun> {
  const { config, version, parts, roles } = ingested;
  const coverage = await coverageOf(app, ingested);
  const input: RunInput = { version, parts, roles, coverage };
  await assertOsSandbox(config.policy.require_os_sandbox, osSandbox);
  const plan = planCompatible(app, {
    plugins,
    config,
    version: { schema: version.schema, row_count: coverage.rows },
    sampled: coverage.kind === 'SAMPLED',
    roles,
    engineVersion: engine.version,
    allowed,
  });
  const disabled = [...disabledPlugins(app)].sort(byCodePoint);
  return {
    ingested,
    input,
    plan,
    fingerprint: fingerprintRun(input, plan, config, engine),
    engine,
    disabled,
  };
}

/** What a plan is made with, besides the table. */
export interface PlanningContext {
  readonly plugins: readonly LoadedPlugin[];
  readonly engine: EngineIdentity;
  readonly osSandbox: 'auto' | 'off';
  readonly allowed: Allowed;
}

/** What `run --dry-run` shows: exactly what would run, and why not the rest. */
export interface PlanSummary {
  readonly schema_version: 'plan_summary.v1';
  readonly dataset: string;
  /** The ERP that it belongs to, what of it the run goes by, and how the columns differ from what it accepts. */
  readonly erp: {
    readonly name: string;
    readonly known_issues: number;
    readonly schema_differs: readonly string[];
  } | null;
  readonly dataset_version_id: string;
  readonly rows: number;
  readonly coverage: Coverage;
  readonly run_fingerprint: string;
  readonly run_seed: string;
  readonly seed_source: 'fingerprint' | 'literal';
  readonly roles: readonly {
    readonly role: string;
    readonly column: string;
    readonly type: ColumnType;
    readonly source: string;
    readonly confidence: number;
    readonly reasons: readonly string[];
  }[];
  /** Columns that plugins are given besides those of the table. */
  readonly derived: readonly DerivedDefinition[];
  readonly plugins: readonly {
    readonly id: string;
    readonly version: string;
    readonly code_sha256: string;
    readonly origin: PluginOrigin | null;
    readonly will: 'run' | LeftOut['status'];
    readonly reason: string;
    readonly capabilities: readonly string[];
    /** Hosts that it declares; empty where it does not ask for the network. */
    readonly network_hosts: readonly string[];
    /** What somebody consented to beyond the profile of its type. */
    readonly granted: readonly ManifestGrant[];
    /** What it asks for and does not get, and what would change that. */
    readonly missing: readonly Missing[];
    readonly depends_on: readonly string[];
    readonly settings: Readonly<Record<string, unknown>>;
  }[];
  /** Settings that are not what the plugins have by default, with the plugins where not all that have one have it so. */
  readonly settings: readonly {
    readonly key: string;
    readonly value: unknown;
    readonly source: string;
    readonly plugins: readonly string[] | 'all';
  }[];
  /** What it will cost, and what of it is there already. */
  readonly expected: ExpectedRun;
  /** Plugins that are taken out of all runs, and the command that lets each run again. */
  readonly disabled: readonly { readonly id: string; readonly enable: string }[];
  /** What was assumed or renamed while the table was read. */
  readonly notes: readonly string[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly config_sources: Readonly<Record<string, string>>;
}

/** Plans a run and tells what it would do. No dataset gets a version from it. */
export async function planRun(app: App, request: RunRequest): Promise<PlanSummary> {
  const { prepared, unknown } = await whileIngesting(app, request, async (told) => {
    const planned = await prepareRun(app, told, randomId());
    return { prepared: planned, unknown: await unknownJobs(app, planned) };
  });
  const { ingested, input, plan, fingerprint, engine, disabled } = prepared;
  const { config, version, roles } = ingested;
  const { sources, ...resolved } = config;
  return {
    schema_version: 'plan_summary.v1',
    dataset: config.dataset,
    erp:
      config.erp === undefined
        ? null
        : {
            name: config.erp.name,
            known_issues: config.erp.known_issues.length,
            schema_differs: config.erp.schema_differs,
          },
    dataset_version_id: version.dataset_version_id,
    rows: version.row_count,
    coverage: input.coverage,
    run_fingerprint: fingerprint.sha256,
    run_seed: fingerprint.runSeed,
    seed_source: config.seed === '0' ? 'fingerprint' : 'literal',
    roles: roles.bindings.map(({ role, sql_name, source, confidence, reasons }) => ({
      role,
      column: columnOf(version, roles, sql_name)?.name ?? sql_name,
      type: columnOf(version, roles, sql_name)?.type ?? { kind: 'text' },
      source,
      confidence,
      reasons,
    })),
    derived: roles.derived ?? [],
    plugins: plan.planned.map(({ plugin, settings, upstream, leftOut, grants, missing }) => ({
      id: plugin.manifest.id,
      version: plugin.manifest.version,
      code_sha256: plugin.codeSha256,
      origin: plugin.origin ?? null,
      will: leftOut?.status ?? 'run',
      reason: leftOut?.reason ?? '',
      capabilities: plugin.manifest.capabilities_required,
      network_hosts: plugin.manifest.network_hosts ?? [],
      granted: grants.map(grantOf),
      missing,
      depends_on: upstream.map(({ id }) => id),
      settings,
    })),
    expected: await expectRun(
      app,
      { plan, input, engine, kind: config.kind, runSeed: fingerprint.runSeed },
      request.force,
    ),
    disabled: disabled.map((id) => ({ id, enable: commandLine(['plugins', 'enable', id], app.paths) })),
    settings: settingsInForce(plan, sources),
    notes: [...unknown, ...ingested.reports.flatMap((report) => report.notes)],
    config: { ...resolved },
    config_sources: sources,
  };
}

/** Settings by key, value and source, those that no default gave; equal ones of several plugins are one. */
function settingsInForce(
  { planned }: Plan,
  sources: Readonly<Record<string, string>>,
): PlanSummary['settings'] {
  const taken = planned.filter(({ leftOut }) => leftOut === undefined);
  const all = taken.flatMap(({ plugin: { manifest }, settings }) =>
    Object.entries(settings).map(([key, value]) => ({
      ...{ id: manifest.id, key, value },
      source: sources[`plugins.${manifest.id}.settings.${key}`] ?? 'default',
    })),
  );
  const groups = Map.groupBy(
    all.filter(({ source }) => source !== 'default'),
    ({ key, value, source }) => canonicalJson({ key, value, source }),
  );
  return [...groups.values()].flatMap((of) => {
    const [first] = of;
    if (first === undefined) return [];
    const isAll = of.length === all.filter(({ key }) => key === first.key).length && of.length > 1;
    const { key, value, source } = first;
    return [{ key, value, source, plugins: isAll ? ('all' as const) : of.map(({ id }) => id) }];
  });
}

function columnOf(
  { schema }: DatasetVersion,
  { derived = [] }: RoleMap,
  sqlName: string,
): Column | undefined {
  return [...schema.columns, ...derived].find((column) => column.sql_name === sqlName);
}
