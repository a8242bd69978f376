import semver from 'semver';
import { HarnessError } from '../../base/index.ts';
import { buildPlan, type Plan, type PlanInput } from '../../pipeline/index.ts';
import {
  incompatibility,
  type KnownBad,
  knownBadReason,
  type LoadedPlugin,
  SHIPPED_KNOWN_BAD,
} from '../../plugin-host/index.ts';
import type { Appdata } from '../app.ts';
import { loadVersion } from './installed.ts';

/** Plans a run of plugins that fit this engine and each other. Throws what planning throws; see `withFitting`. */
export function planCompatible(app: Appdata, input: PlanInput): Plan {
  const plan = buildPlan(input);
  refuseKnownBad(
    app,
    plan.planned.map(({ plugin }) => plugin),
    input.engineVersion,
  );
  return plan;
}

/** Refuses a plugin that this engine could never run, before it is installed. Throws SH_PLUGIN_INCOMPATIBLE. */
export async function refuseIncompatible(
  app: Appdata,
  { manifest }: LoadedPlugin,
  engineVersion: string,
): Promise<void> {
  const { id } = manifest;
  const reason = incompatibility(manifest, engineVersion) ?? badAlone(app, manifest, engineVersion);
  if (reason === undefined) return;
  throw await withFitting(
    new HarnessError('SH_PLUGIN_INCOMPATIBLE', { id, reason, fitting: '' }),
    app,
    engineVersion,
  );
}

function refuseKnownBad(app: Appdata, plugins: readonly LoadedPlugin[], engineVersion: string): void {
  const others = plugins.map(({ manifest }) => manifest);
  const table = knownBadTable(app);
  for (const { manifest } of plugins) {
    const reason = knownBadReason(manifest, { others, engineVersion, table });
    if (reason === undefined) continue;
    throw new HarnessError('SH_PLUGIN_INCOMPATIBLE', { id: manifest.id, reason, fitting: '' });
  }
}

function badAlone(
  app: Appdata,
  manifest: LoadedPlugin['manifest'],
  engineVersion: string,
): string | undefined {
  return knownBadReason(manifest, { others: [], engineVersion, table: knownBadTable(app) });
}

function knownBadTable({ state }: Appdata): readonly KnownBad[] {
  return [...SHIPPED_KNOWN_BAD, ...state.knownBad.list()];
}

/** Of what does not fit the error that names the installed versions that would; any other as it is. */
export async function withFitting(error: unknown, app: Appdata, engineVersion: string): Promise<unknown> {
  if (!(error instanceof HarnessError) || error.code !== 'SH_PLUGIN_INCOMPATIBLE') return error;
  const { id, reason } = (error as HarnessError<'SH_PLUGIN_INCOMPATIBLE'>).parameters;
  const fitting = (await fittingVersions(app, String(id), engineVersion)).join(', ');
  return new HarnessError('SH_PLUGIN_INCOMPATIBLE', { id, reason, fitting }, { cause: error });
}

async function fittingVersions(app: Appdata, id: string, engineVersion: string): Promise<string[]> {
  const versions = await Promise.all(
    app.state.plugins.versions(id).map(async (row) => {
      const loaded = await loadVersion(app, row).catch((error: unknown) => {
        if (error instanceof HarnessError) return undefined;
        throw error;
      });
      if (loaded === undefined || incompatibility(loaded.manifest, engineVersion) !== undefined) return [];
      return badAlone(app, loaded.manifest, engineVersion) === undefined ? [row.version] : [];
    }),
  );
  return versions.flat().sort(semver.compare);
}
