import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openApp, withApp } from '../../src/engine/index.ts';
import { contentHashes, problemsAfterCrash, runHere } from '../../test/crash/scenario.ts';
import { command } from '../../test/run/command.ts';
import { DEEDS, type Deed, endOf, makeWorld, type World } from './deeds.ts';
import { kill, type Moment, type Undisturbed, undisturbed } from './kill.ts';
import { type Crash, printCrashes } from './print.ts';

const usage = 'npm run bench -- crash [N = 200] [--folder DIR] [--lanes 2]';

/** A kill that is to be: of which deed, and where, as far as it is not left to chance. */
interface Job {
  readonly number: number;
  readonly deed: Deed;
  /** The fail point, and how often it is passed; or a stretch of the time that the deed takes, in shares of it. */
  readonly where:
    | { readonly point: string; readonly passages: number }
    | { readonly from: number; readonly to: number };
}

/** What there is to compare with. */
interface Reference {
  readonly world: World;
  /** By the fingerprint of a run the hashes of its content. */
  readonly content: ReadonlyMap<string, string>;
  readonly deeds: ReadonlyMap<string, Undisturbed & { readonly end: string }>;
  /** How long the program takes to be loaded, ms: what is killed earlier has done nothing. */
  readonly loading: number;
}

/**
 * Kills N processes, doing one of the deeds each: by turns at a passage of a fail point and at a random moment, until the
 * system says that SIGKILL ended it. After each the appdata must be whole; the same again must come to what it comes to
 * undisturbed; and every run, before and after, must have the reference bytes. Ends at the first that does not, and
 * leaves its folder.
 */
export async function benchCrashes(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      folder: { type: 'string', default: join(tmpdir(), 'stat-harness-crash') },
      lanes: { type: 'string', default: '2' },
    },
  });
  const times = Number(positionals[0] ?? '200');
  const lanes = Number(values.lanes);
  if (!(Number.isInteger(times) && times > 0 && Number.isInteger(lanes) && lanes > 0)) throw new Error(usage);
  rmSync(values.folder, { recursive: true, force: true, maxRetries: 5 });
  mkdirSync(values.folder, { recursive: true });
  const began = performance.now();
  const reference = await makeReference(values.folder);
  const jobs = jobsOf(times, reference);
  const crashes: Crash[] = [];
  const work = async (): Promise<void> => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      crashes.push(await crashAndGoOn(job, reference, values.folder));
      process.stderr.write(`\r${crashes.length} of ${times} `);
    }
  };
  try {
    await Promise.all(Array.from({ length: lanes }, work));
  } finally {
    // The other lanes end with the kill that they are at.
    jobs.length = 0;
    process.stderr.write('\n');
    printCrashes(crashes);
  }
  console.log(
    `${times} kills in ${Math.round((performance.now() - began) / 1000)} s; after each the appdata was whole, ` +
      'the same again came to its end, and every run had the reference bytes.',
  );
  rmSync(values.folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Every deed without a kill. */
async function makeReference(folder: string): Promise<Reference> {
  const world = await makeWorld(folder);
  const content = new Map<string, string>();
  const deeds = new Map<string, Undisturbed & { readonly end: string }>();
  for (const deed of DEEDS) {
    const appdata = join(folder, 'undisturbed');
    await deed.prepare(world, appdata);
    const measured = await undisturbed(deed.args(world, appdata), folder);
    await withApp({ appdata }, async (app) => {
      for (const { run_id, fingerprint } of app.state.runs.list())
        content.set(fingerprint, JSON.stringify(await contentHashes(app.paths.run(run_id))));
      deeds.set(deed.name, { ...measured, end: endOf(app, world) });
    });
    removeAll(appdata);
    process.stderr.write(`${deed.name}: ${Math.round(measured.milliseconds)} ms undisturbed\n`);
  }
  if (content.size !== 1) throw new Error('the table has more than one fingerprint');
  const began = performance.now();
  await command(['--version']);
  return { world, content, deeds, loading: performance.now() - began };
}

/**
 * The deeds by their shares, evenly mixed, each by turns at a fail point and at a moment: at the fail point of those it
 * passes at which the fewest were killed before, and in each stretch of its time once.
 */
function jobsOf(times: number, { deeds }: Reference): Job[] {
  const order = mixed(times);
  const killed = new Map<string, number>();
  const seen = new Map<Deed, number>();
  return order.map((deed, i) => {
    const turn = seen.get(deed) ?? 0;
    seen.set(deed, turn + 1);
    const all = order.filter((other) => other === deed).length;
    if (turn % 2 === 1) {
      const stretches = all >> 1;
      return {
        number: i + 1,
        deed,
        where: { from: (turn >> 1) / stretches, to: ((turn >> 1) + 1) / stretches },
      };
    }
    const passed = deeds.get(deed.name)?.passages ?? [];
    const often = (name: string): number => killed.get(name) ?? 0;
    const [point, passages] = passed.reduce((least, other) =>
      often(other[0]) < often(least[0]) ? other : least,
    );
    killed.set(point, often(point) + 1);
    return { number: i + 1, deed, where: { point, passages } };
  });
}

/** Deeds in proportion to their shares, at each step the one that is furthest behind. */
function mixed(times: number): Deed[] {
  const whole = DEEDS.reduce((sum, { share }) => sum + share, 0);
  const counts = new Map<Deed, number>();
  return Array.from({ length: times }, (_, i) => {
    const behind = (deed: Deed): number => ((i + 1) * deed.share) / whole - (counts.get(deed) ?? 0);
    const deed = DEEDS.reduce((most, other) => (behind(other) > behind(most) ? other : most));
    counts.set(deed, (counts.get(deed) ?? 0) + 1);
    return deed;
  });
}

const MOST_TRIES = 20;
const EACH_TENTH = 10;

async function crashAndGoOn(job: Job, reference: Reference, folder: string): Promise<Crash> {
  const { world } = reference;
  const { deed, number } = job;
  const random = shares(number);
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const appdata = join(folder, `kill-${number}-${tries}`);
    await deed.prepare(world, appdata);
    const moment = momentOf(job, reference, random(), tries);
    const said = `kill ${number} (${deed.name}, ${JSON.stringify(moment)}, ${appdata})`;
    if (await kill(deed.args(world, appdata), moment)) {
      const left = await lookAndGoOn(job, reference, appdata).catch((error: unknown) => {
        throw new Error(said, { cause: error });
      });
      removeAll(appdata);
      const point = 'point' in moment ? moment.point : null;
      return { deed: deed.name, point, left, missed: tries - 1 };
    }
    removeAll(appdata);
  }
  throw new Error(`kill ${number}: ${deed.name} had ended before each of ${MOST_TRIES} kills`);
}

/** An appdata and what its deed writes elsewhere. */
function removeAll(appdata: string): void {
  for (const made of [appdata, `${appdata}-out`, `${appdata}-packs`])
    rmSync(made, { recursive: true, force: true, maxRetries: 5 });
}

/** Two at once take longer than one undisturbed. */
const SLOWER = 1.3;
const EARLIER = 0.9;

/** A passage of the fail point, or an instant of the stretch; a tenth earlier after each miss. */
function momentOf({ deed, where }: Job, reference: Reference, random: number, tries: number): Moment {
  if ('point' in where) {
    const nth = 1 + Math.floor(random * where.passages * EARLIER ** (tries - 1));
    return { point: where.point, nth };
  }
  const { loading, deeds } = reference;
  const whole = (deeds.get(deed.name)?.milliseconds ?? 0) * SLOWER * EARLIER ** (tries - 1);
  const share = where.from + random * (where.to - where.from);
  return { milliseconds: loading + share * Math.max(0, whole - loading) };
}

/** What the killed process had left; throws where anything is not as it must be. */
async function lookAndGoOn(
  { deed, number }: Job,
  { world, content, deeds }: Reference,
  appdata: string,
): Promise<string> {
  expectNone(await problemsAfterCrash(appdata));
  if (number % EACH_TENTH === 0) {
    const doctor = await command(['doctor', '--full', '--appdata', appdata]);
    if (doctor.code !== 0) throw new Error(`the doctor ended with ${doctor.code}: ${doctor.out}`);
  }
  const left = await leftIn(appdata);
  await compareRuns(appdata, content);
  await deed.again(world, appdata);
  const app = await openApp({ appdata });
  try {
    const end = endOf(app, world);
    if (end !== deeds.get(deed.name)?.end)
      throw new Error(`the end is ${end}, undisturbed it is ${deeds.get(deed.name)?.end}`);
    await runHere(app, world.table, `${appdata}-out`);
  } finally {
    app.close();
  }
  await compareRuns(appdata, content);
  expectNone(await problemsAfterCrash(appdata));
  return left;
}

async function leftIn(appdata: string): Promise<string> {
  return withApp({ appdata }, async ({ state }) => {
    const statuses = [...state.runs.list(), ...state.runs.list({ deleted: true })].map(
      ({ status, deleted_at }) => (deleted_at === null ? status : 'in the trash'),
    );
    return statuses.length === 0 ? 'no run' : statuses.sort().join(', ');
  });
}

/** Every run that is listed as finished has the bytes that the fingerprint stands for. */
async function compareRuns(appdata: string, content: ReadonlyMap<string, string>): Promise<void> {
  await withApp({ appdata }, async ({ state, paths }) => {
    for (const { run_id, status, fingerprint } of state.runs.list()) {
      if (status !== 'COMPLETED') continue;
      const found = JSON.stringify(await contentHashes(paths.run(run_id)));
      if (found !== content.get(fingerprint)) throw new Error(`${run_id} has other bytes: ${found}`);
    }
  });
}

function expectNone(problems: readonly string[]): void {
  if (problems.length > 0) throw new Error(problems.join('; '));
}

/** Numbers in [0, 1) that follow from a seed (a multiplicative congruential generator, Lewis, Goodman & Miller 1969). */
function shares(seed: number): () => number {
  let state = (seed * 48_271) % 2_147_483_647;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
