import { dirname, join } from 'node:path';
import { commandLine, namesIn } from '../../base/index.ts';
import { currentOwner, describeOwner, isProcessAlive, type Owner, ownerState } from '../../state/index.ts';
import type { Appdata } from '../app.ts';

import { type Findings, findings, type Warning } from './findings.ts';

/** Something that a process does or holds just now. */
export interface UnderWay {
  /** `run 3f2a…`, `lock maintenance`, `ingest` … */
  readonly what: string;
  readonly owner: string;
  /** `foreign`: its process can't be seen from here. */
  readonly state: 'alive' | 'dead' | 'foreign';
  readonly since: string;
}

/** What is under way, who holds which lock, and what processes that died left lying about. */
export async function examineLeftovers(
  app: Appdata,
): Promise<Findings & { readonly under_way: readonly UnderWay[] }> {
  const underWay = everythingUnderWay(app);
  const warnings = [
    ...underWay.filter(({ state }) => state === 'foreign').map((one) => heldElsewhere(app, one)),
    ...(await stagedByNobody(app)),
    ...(await setAside(app)),
  ];
  return { ...findings({ warnings }), under_way: underWay };
}

function everythingUnderWay({ state }: Appdata): UnderWay[] {
  const self = currentOwner();
  const stateOf = (owner: Owner) => ownerState(owner, self, isProcessAlive);
  const one = (what: string, owner: Owner, since: string): UnderWay => ({
    what,
    owner: describeOwner(owner),
    state: stateOf(owner),
    since,
  });
  return [
    ...state.runs.underWay().map((run) => one(`run ${run.run_id}`, run.owner, run.created_at)),
    ...(['run', 'maintenance'] as const).flatMap((name) => {
      const lock = state.locks.holder(name);
      return lock === undefined ? [] : [one(`lock ${name}`, lock.owner, lock.acquired_at)];
    }),
    ...state.activities
      .underWay(self)
      .map(({ purpose, owner, started_at }) => one(purpose, owner, started_at)),
  ];
}

/** What a dead process held is taken over by whoever needs it next; of one that can't be seen, only the operator knows. */
function heldElsewhere({ paths }: Appdata, { what, owner, since }: UnderWay): Warning {
  const id = /^run ([0-9a-f]{32})$/.exec(what)?.[1];
  const where = 'which can not be seen from here: it is of another system, or of another container';
  return {
    text: `${what} belongs to process ${owner} since ${since}, ${where}`,
    repair:
      id === undefined
        ? `If that process is gone for good, a backup that is restored lets go of it: ${commandLine(['backup'], paths)}\nand then: ${commandLine(['restore', 'latest'], paths)}`
        : `If that process is gone: ${commandLine(['runs', 'cancel', id, '--owner-is-gone'], paths)}`,
  };
}

/** Folders in staging of runs that the database does not know, or knows as finished. */
async function stagedByNobody({ state, paths }: Appdata): Promise<Warning[]> {
  const names = (await namesIn(paths.staging)).filter((name) => /^[0-9a-f]{32}$/.test(name));
  return names.flatMap((id): Warning[] => {
    const run = state.runs.get(id);
    if (run?.manifest_sha256 === null) return [];
    const why = run === undefined ? 'the database does not know' : 'has finished';
    const repair =
      `It goes with the garbage, once nothing in it changed for the grace time (14 days, where the policy has no other): ${commandLine(['gc'], paths)}\n` +
      `At once, and with it all that is in the trash: ${commandLine(['gc', '--grace-days', '0'], paths)}`;
    return [{ text: `${join(paths.staging, id)} is of a run that ${why}`, repair }];
  });
}

async function setAside({ paths }: Appdata): Promise<Warning[]> {
  const folder = dirname(paths.setAside('id'));
  return (await namesIn(folder)).map((name) => ({
    text: `${join(folder, name)} is a sealed run that could not be listed`,
    repair: `See whether it is whole: ${commandLine(['runs', 'lost'], paths)}\nIt is taken back where it fits by "runs adopt", and removed by "runs lost --remove".`,
  }));
}
