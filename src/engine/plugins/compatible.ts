import semver from 'semver';
import { commandLine, HarnessError } from '../../base/index.ts';
import { buildPlan, type Plan, type PlanInput, unfit } from '../../pipeline/index.ts';
import {
  type KnownBad,
  knownBadReason,
  type LoadedPlugin,
  SHIPPED_KNOWN_BAD,
} from '../../plugin-host/index.ts';
import type { Appdata } from '../app.ts';
import { tryVersion } from './installed.ts';

/** Plans a run of plugins that fit this engine and each other. Throws what planning throws; see `withAdvice`. */
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
  const { id, version } = manifest;
  const bad = badAlone(app, manifest, engineVersion);
  const reason = unfit(manifest, engineVersion) ?? bad?.reason;
  if (reason === undefined) return;
  throw new HarnessError('SH_PLUGIN_INCOMPATIBLE', {
    ...{ id, version, reason, fitting: (await fittingVersions(app, id, engineVersion)).join(', ') },
    advice: `Nothing was installed. Ask whoever made it for a version that fits.${takenOut(app, bad)}`,
  });
}

function refuseKnownBad(app: Appdata, plugins: readonly LoadedPlugin[], engineVersion: string): void {
  const others = plugins.map(({ manifest }) => manifest);
  const table = knownBadTable(app);
  for (const { manifest } of plugins) {
    const bad = knownBadReason(manifest, { others, engineVersion, table });
    if (bad === undefined) continue;
    const { reason } = bad;
    const { id, version } = manifest;
    const advice = `Leave ${id} out.${takenOut(app, bad)}`;
    throw new HarnessError('SH_PLUGIN_INCOMPATIBLE', { id, version, reason, fitting: '', advice });
  }
}

function badAlone(
  app: Appdata,
  manifest: LoadedPlugin['manifest'],
  engineVersion: string,
): ReturnType<typeof knownBadReason> {
  return knownBadReason(manifest, { others: [], engineVersion, table: knownBadTable(app) });
}

/** The command that takes a row of the operator's own out again. */
function takenOut({ paths }: Appdata, bad: ReturnType<typeof knownBadReason>): string {
  const id = bad?.row.id;
  if (id == null) return '';
  return `\nNo longer refuse it: ${commandLine(['plugins', 'known-bad', 'remove', String(id)], paths)}`;
}

function knownBadTable({ state }: Appdata): readonly KnownBad[] {
  return [...SHIPPED_KNOWN_BAD, ...state.knownBad.list()];
}

/** The installed versions of a plugin that this engine can run, the newest last. */
export async function fittingVersions(app: Appdata, id: string, engineVersion: string): Promise<string[]> {
  const versions = await Promise.all(
    app.state.plugins.versions(id).map(async (row) => {
      const found = await tryVersion(app, row);
      if (found instanceof HarnessError || unfit(found.manifest, engineVersion) !== undefined) return [];
      return badAlone(app, found.manifest, engineVersion) === undefined ? [row.version] : [];
    }),
  );
  return versions.flat().sort(semver.compare);
}
