import { type AppPaths, commandLine } from '../base/index.ts';
import { repairOf } from '../state/index.ts';

/** `file`: its bytes; `document`: its form; `stray`: nobody recorded it; `record`: a row of the database. */
export type DamageKind = 'file' | 'document' | 'stray' | 'record' | 'chain';

/** Something that is not as it was recorded. */
export interface Damage {
  readonly kind: DamageKind;
  /** What kind of thing, as a sentence begins: `The file`, `The upload`, `The record of the run` … */
  readonly what: string;
  /** Where: a path, or a place in the database such as `runs.status of 3f2a…`. */
  readonly path: string;
  /** What was recorded; null where nothing was. */
  readonly expected: string | null;
  /** What is there; null where nothing is. */
  readonly found: string | null;
  /** The runs and datasets that rest on it. */
  readonly touches: readonly string[];
  /** What to do: a command, or a sentence with one. */
  readonly repair: string;
}

/** A damage as one sentence: what, where, what was expected, what is there. */
export function damageText({ what, path, expected, found }: Damage): string {
  if (found === null) return `${what} is gone: ${path}`;
  if (expected === null) return `${what} is not recorded anywhere: ${path} (${found})`;
  return `${what} is not as recorded: ${path} (expected ${expected}, found ${found})`;
}

/** A value as a damage shows it: short enough for a line. */
export function shownValue(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length <= 120 ? text : `${text.slice(0, 117)}…`;
}

/** What helps where the files of a run are damaged. */
export const RERUN =
  'Put it back from a copy or a repro pack of the run, or run the analysis again and do not use this run.';
/** What helps where the database says something else than what was sealed. */
export const RESTORE = 'Put back a good copy of the database.';

/** The damages of an appdata, or of one run in it, with the commands that help. */
export function withCommands(damages: readonly Damage[], paths: AppPaths, runId?: string): Damage[] {
  const isRestore = damages.some(({ repair }) => repair === RESTORE);
  const restore = isRestore ? repairOf(paths) : '';
  const apart = runId === undefined ? '' : commandLine(['runs', 'delete', '--apart', runId], paths);
  return damages.map((damage) => {
    if (damage.repair === RESTORE) return { ...damage, repair: restore };
    if (damage.repair !== RERUN || runId === undefined) return damage;
    return { ...damage, repair: `${RERUN} To take it out of the list, with all its files: ${apart}` };
  });
}
