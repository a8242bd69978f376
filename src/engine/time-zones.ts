import { HarnessError, nearest } from '../base/index.ts';
import { describeProblems, type Problem } from '../contract/index.ts';
import { timeZones } from '../dataset/index.ts';
import type { ResolvedConfig } from '../pipeline/index.ts';

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

/** Throws SH_CONFIG_INVALID for a time zone that is none, wherever it was set. */
export async function refuseUnknownZones({ settings, sources }: ResolvedConfig): Promise<void> {
  const problems = await zoneProblems(settings);
  const [first] = problems;
  if (first === undefined) return;
  const isShared = Object.hasOwn(sources, 'process.time_zone');
  const told = isShared ? [{ ...first, path: 'process.time_zone' }] : problems;
  const source = told.length === 1 && isShared ? sources['process.time_zone'] : undefined;
  throw new HarnessError('SH_CONFIG_INVALID', {
    source: source === 'flag' ? '--time-zone' : (source ?? 'settings'),
    problems: describeProblems(told),
  });
}
