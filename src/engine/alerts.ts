import { commandLine } from '../base/index.ts';
import { repairOf } from '../state/index.ts';
import type { App } from './app.ts';
import { hasRunsOfEarlierDays } from './back-up.ts';
import { damageText } from './damage.ts';
import { examineBackups } from './diagnosis/backups.ts';
import { examineDrive } from './diagnosis/drive.ts';
import type { Findings } from './diagnosis/findings.ts';
import { examinePlugins } from './diagnosis/plugins.ts';
import { healthOfPlugins } from './plugin-health.ts';

/** Something that the operator should know of, whatever he is doing. */
export interface Alert {
  readonly about: 'drive' | 'backups' | 'plugins' | 'database';
  /** `damage`: something is not as it was recorded; `warning`: it soon may be, or something can't be done. */
  readonly kind: 'damage' | 'warning';
  readonly text: string;
  /** What to do: a command, or a sentence with one. */
  readonly repair: string;
}

/** What can be seen at a glance to be wrong with the appdata, its drive, its backups and its plugins. */
export async function alerts(app: App): Promise<Alert[]> {
  const backups = examineBackups(app, { full: false, hasRuns: hasRunsOfEarlierDays(app) });
  return [
    ...alertsOf('database', databaseFindings(app)),
    ...alertsOf('drive', examineDrive(app.paths)),
    ...alertsOf('backups', backups),
    ...alertsOf('plugins', await examinePlugins(app)),
    ...(await unhealthyPlugins(app)),
  ];
}

/** Whether the server can do its work, and if not, why (OBS-05). */
export interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly {
    readonly about: Alert['about'];
    readonly ok: boolean;
    readonly reasons: readonly string[];
  }[];
}

const CHECKED: readonly Alert['about'][] = ['database', 'drive', 'plugins'];

/** From alerts: a missing backup is worth one, but stops nothing. */
export function readinessOf(found: readonly Alert[]): Readiness {
  const checks = CHECKED.map((about) => {
    const reasons = found.filter((alert) => alert.about === about).map(({ text }) => text);
    return { about, ok: reasons.length === 0, reasons };
  });
  return { ready: checks.every(({ ok }) => ok), checks };
}

function alertsOf(
  about: Alert['about'],
  { damages, warnings }: Pick<Findings, 'damages' | 'warnings'>,
): Alert[] {
  return [
    ...damages.map((damage) => ({
      about,
      kind: 'damage' as const,
      text: damageText(damage),
      repair: damage.repair,
    })),
    ...warnings.map((warning) => ({ about, kind: 'warning' as const, ...warning })),
  ];
}

function databaseFindings({ state, paths }: App): Pick<Findings, 'damages' | 'warnings'> {
  const damages = state.check('quick').map((found) => ({
    kind: 'file' as const,
    what: 'The state database',
    path: paths.state,
    expected: 'a whole database',
    found,
    touches: ['every run', 'every dataset'],
    repair: repairOf(paths),
  }));
  return { damages, warnings: [] };
}

async function unhealthyPlugins(app: App): Promise<Alert[]> {
  const asked = await healthOfPlugins(app, [], []);
  return asked
    .filter(({ health }) => health === 'unhealthy')
    .map(({ id, version, reason }) => ({
      about: 'plugins' as const,
      kind: 'warning' as const,
      text: `the plugin ${id} ${version} can not work on this machine: ${reason}`,
      repair: `Take it out of all runs: ${commandLine(['plugins', 'disable', id], app.paths)}`,
    }));
}
