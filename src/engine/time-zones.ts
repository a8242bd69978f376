import { HarnessError, nearest } from '../base/index.ts';
import { describeProblems, type Problem } from '../contract/index.ts';
import { timeZones } from '../dataset/index.ts';
import type { SettingsLayer } from '../pipeline/index.ts';

/** Settings of plugins, by plugin. */
type Settings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Time zones of settings that are none, each with the nearest that is one. */
export async function zoneProblems(
  settings: Settings,
  process: Readonly<Record<string, unknown>> = {},
): Promise<Problem[]> {
  const given: readonly (readonly [string, unknown])[] = [
    ...Object.entries(settings).map(([id, { time_zone }]) => [`plugins.${id}.time_zone`, time_zone] as const),
    ['process.time_zone', process['time_zone']],
  ];
  const named = given.flatMap(([path, zone]) =>
    typeof zone === 'string' && zone !== '' ? [{ path, zone }] : [],
  );
  if (named.length === 0) return [];
  const zones = await timeZones();
  return named.flatMap(({ path, zone }) => {
    if (zones.includes(zone)) return [];
    const near = zones.find((one) => one.toLowerCase() === zone.toLowerCase()) ?? nearest(zone, zones);
    const hint = near === undefined ? '; such as "Europe/Berlin"' : `; did you mean "${near}"?`;
    return [{ path, message: `there is no time zone "${zone}"${hint}` }];
  });
}

/**
 * Throws SH_CONFIG_INVALID for time zones that are none, each with the flag, file or ERP that says it, whether or not the run
 * takes a plugin that has such a setting. What is said more strongly is not looked for further.
 */
export async function refuseUnknownZones(layers: readonly SettingsLayer[]): Promise<void> {
  const shared = layers.findIndex(({ process }) => process['time_zone'] !== undefined);
  const heard = shared === -1 ? layers : layers.slice(0, shared + 1);
  const wrong = await Promise.all(
    heard.map(async (layer, at) => {
      const own = Object.entries(layer.plugins).filter(([id]) => !heard.slice(0, at).some(saysOwn(id)));
      const problems = await zoneProblems(Object.fromEntries(own), layer.process);
      return problems.map((problem) => ({ problem, source: nameOf(layer, problem) }));
    }),
  );
  const told = wrong.flat();
  if (told.length === 0) return;
  throw new HarnessError('SH_CONFIG_INVALID', {
    source: [...new Set(told.map(({ source }) => source))].join(', '),
    problems: describeProblems(told.map(({ problem }) => problem)),
  });
}

function saysOwn(id: string): (layer: SettingsLayer) => boolean {
  return ({ plugins }) => plugins[id]?.['time_zone'] !== undefined;
}

/** A flag of its own says what `--set process.time_zone=` would. */
function nameOf({ source, name }: SettingsLayer, { path }: Problem): string {
  return source === 'flag' && path === 'process.time_zone' ? '--time-zone' : name;
}
