import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { type AppPaths, type Clock, daysBefore, type Sha256, sha256 } from '../../src/base/index.ts';
import { collectGarbage } from '../../src/engine/collect-garbage.ts';
import {
  type App,
  deleteDataset,
  deleteRun,
  pinRun,
  undeleteDataset,
  undeleteRun,
  unpinRun,
} from '../../src/engine/index.ts';
import { currentOwner, type State } from '../../src/state/index.ts';
import { completeRun, freshAppdata, newRun, samplePart, sampleVersion, stateOf } from '../state/appdata.ts';

const GRACE = 14;

/** A small appdata whose files are stand-ins, driven at random, beside a model of what must be there. */
class World {
  readonly paths: AppPaths = freshAppdata();
  #now = Date.parse('2026-01-01T00:00:00.000Z');
  readonly clock: Clock = { now: () => new Date(this.#now).toISOString(), monotonicMs: () => this.#now };
  readonly state: State = stateOf(this.paths, this.clock);
  readonly app: App = {
    ...{ paths: this.paths, state: this.state, clock: this.clock },
    ...{ warnings: [], close: () => undefined },
  };
  readonly #random: () => number;
  readonly entries = new Map<number, { parts: readonly string[]; version: Sha256; deleted: number | null }>();
  readonly runs = new Map<
    string,
    {
      version: Sha256;
      deleted: number | null;
      pinned: boolean;
      withData: boolean;
      underWay: boolean;
      hasResult: boolean;
    }
  >();
  #made = 0;

  constructor(seed: number) {
    this.#random = generator(seed);
  }

  below(n: number): number {
    return Math.floor(this.#random() * n);
  }

  one<T>(items: readonly T[]): T | undefined {
    return items[this.below(items.length)];
  }

  wait(): void {
    this.#now += this.below(20) * 86_400_000 + 1;
  }

  get now(): number {
    return this.#now;
  }

  /** A version of one to three of six contents, new or known. */
  ingest(): void {
    const contents = [...new Set(Array.from({ length: 1 + this.below(3) }, () => `${this.below(6)}`))];
    const parts = contents.map((content) => samplePart(content));
    for (const part of parts) {
      this.file(this.paths.blob(part.upload_sha256));
      this.file(join(this.paths.part(part.part_id), 'part.parquet'));
      const original_path = `/data/${part.upload_sha256}`;
      this.state.uploads.record({
        ...{ sha256: part.upload_sha256, bytes: 1 },
        ...{ original_path, original_filename: 'a.csv' },
      });
      this.state.parts.save(part);
    }
    const version = sampleVersion(parts);
    this.file(join(this.paths.datasetVersion(version.dataset_version_id), 'parts.json'));
    const entry = this.state.versions.save({ dataset: 'orders', kind: 'real', version });
    this.entries.set(entry.ordinal, { parts: contents, version: version.dataset_version_id, deleted: null });
  }

  run(underWay: boolean): void {
    const listed = [...this.entries.values()].filter(({ deleted }) => deleted === null);
    const entry = this.one(listed);
    const version = entry && this.state.versions.get(entry.version);
    if (version === undefined) return;
    const id = sha256(`run ${++this.#made}`).slice(7, 39);
    if (underWay) this.state.runs.create(newRun(version, id));
    else {
      completeRun(this.state, version, id);
      this.file(join(this.paths.run(id), 'report.json'));
    }
    this.runs.set(id, {
      ...{ version: version.dataset_version_id, deleted: null },
      ...{ pinned: false, withData: false, underWay, hasResult: !underWay },
    });
  }

  file(path: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'x');
    utimesSync(path, this.#now / 1000, this.#now / 1000);
  }

  /** What the model says is needed, written down without looking at the database. */
  needed(): { parts: Set<string>; versions: Set<string>; runs: Set<string> } {
    const kept = (deleted: number | null): boolean =>
      deleted === null || deleted > this.#now - GRACE * 86_400_000;
    const versions = new Set<string>();
    for (const { version, deleted } of this.entries.values()) if (kept(deleted)) versions.add(version);
    for (const { version, withData, underWay } of this.runs.values())
      if (withData || underWay) versions.add(version);
    const parts = [...this.entries.values()].filter(({ version }) => versions.has(version));
    const runs = [...this.runs].filter(([, { deleted, hasResult }]) => hasResult && kept(deleted));
    return {
      versions,
      parts: new Set(parts.flatMap((entry) => entry.parts)),
      runs: new Set(runs.map(([id]) => id)),
    };
  }
}

/** mulberry32: a stream of numbers from a seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function forgetDataset(world: World): Promise<void> {
  const [ordinal, entry] = world.one([...world.entries].filter(([, { deleted }]) => deleted === null)) ?? [];
  if (entry === undefined) return;
  await deleteDataset(world.app, `orders@${ordinal}`);
  entry.deleted = world.now;
}

async function takeDatasetBack(world: World): Promise<void> {
  const graced = world.needed();
  const gone = ([, { deleted, version }]: readonly [number, { deleted: number | null; version: string }]) =>
    deleted !== null && graced.versions.has(version);
  const [ordinal, entry] = world.one([...world.entries].filter(gone)) ?? [];
  if (entry === undefined) return;
  await undeleteDataset(world.app, `orders@${ordinal}`);
  entry.deleted = null;
}

async function forgetRun(world: World): Promise<void> {
  const free = [...world.runs].filter(([, r]) => r.deleted === null && !r.pinned && !r.underWay);
  const [id, run] = world.one(free) ?? [];
  if (id === undefined || run === undefined) return;
  await deleteRun(world.app, id);
  run.deleted = world.now;
}

async function takeRunBack(world: World): Promise<void> {
  const back = [...world.runs].filter(([id, r]) => r.deleted !== null && world.needed().runs.has(id));
  const [id, run] = world.one(back) ?? [];
  if (id === undefined || run === undefined) return;
  await undeleteRun(world.app, id);
  run.deleted = null;
}

async function pin(world: World): Promise<void> {
  const { versions } = world.needed();
  const listed = [...world.runs].filter(([, r]) => r.deleted === null && versions.has(r.version));
  const [id, run] = world.one(listed) ?? [];
  if (id === undefined || run === undefined) return;
  const withData = world.below(2) === 0;
  await pinRun(world.app, id, { withData });
  Object.assign(run, { pinned: true, withData });
}

async function unpin(world: World): Promise<void> {
  const [id, run] = world.one([...world.runs].filter(([, r]) => r.pinned)) ?? [];
  if (id === undefined || run === undefined) return;
  await unpinRun(world.app, id);
  Object.assign(run, { pinned: false, withData: false });
}

/** What may happen next, the more often the more it stands here. */
const DEEDS: readonly ((world: World) => unknown)[] = [
  ...Array.from({ length: 4 }, () => (world: World) => world.ingest()),
  ...Array.from({ length: 3 }, () => (world: World) => world.run(false)),
  ...Array.from({ length: 3 }, () => (world: World) => world.run(true)),
  ...Array.from({ length: 4 }, () => (world: World) => world.wait()),
  ...[forgetDataset, forgetDataset, forgetDataset, forgetDataset, takeDatasetBack],
  ...[forgetRun, forgetRun, takeRunBack, pin, pin, unpin],
];

/** Runs that ended while they were under way let go of their data. */
function endRuns({ runs, state }: World): void {
  for (const [id, run] of runs) {
    if (!run.underWay) continue;
    state.runs.finish(id, { status: 'ABORTED', reason: 'killed' });
    run.underWay = false;
  }
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function stored({ paths }: World) {
  const blobs = dirname(dirname(paths.blob(sha256(''))));
  const hashes = (names: readonly string[]) => names.map((name) => `sha256:${name}`).sort();
  return {
    uploads: hashes(namesIn(blobs).flatMap((folder) => namesIn(join(blobs, folder)))),
    parts: hashes(namesIn(dirname(paths.part(sha256(''))))),
    versions: hashes(namesIn(dirname(paths.datasetVersion(sha256(''))))),
    runs: [...namesIn(paths.runs), ...namesIn(join(paths.trash, 'runs'))].sort(),
  };
}

function expected(world: World): ReturnType<typeof stored> {
  const { parts, versions, runs } = world.needed();
  return {
    uploads: [...parts].map((content) => sha256(content)).sort(),
    parts: [...parts].map((content) => sha256(`part ${content}`)).sort(),
    versions: [...versions].sort(),
    runs: [...runs].sort(),
  };
}

const gc = (world: World, dryRun = false) =>
  collectGarbage(world.app, { dryRun, trustClock: true, flags: { grace_days: GRACE, cache_bytes: 0 } });

test.each(Array.from({ length: 8 }, (_, i) => i + 1))(
  'FND-03 gc never removes what is needed and always what is not, history %i',
  async (seed) => {
    const world = new World(seed);
    for (let round = 0; round < 3; round++) {
      for (let step = 0; step < 24; step++) await world.one(DEEDS)?.(world);
      const before = stored(world);
      const foretold = await gc(world, true);
      expect(stored(world)).toEqual(before);
      const done = await gc(world);
      expect(done.removed).toEqual(foretold.removed);
      expect(stored(world)).toEqual(expected(world));
      expect((await gc(world)).removed).toEqual([]);
      for (const [id, { deleted }] of world.runs)
        if (deleted !== null && !world.needed().runs.has(id)) world.runs.delete(id);
    }
    endRuns(world);
    await gc(world);
    expect(stored(world)).toEqual(expected(world));
    expect(world.state.check('full')).toEqual([]);
    const received = [...world.entries.values()].flatMap((entry) => entry.parts);
    for (const content of received) {
      const [upload] = world.state.uploads.byHash(sha256(content));
      expect(upload?.original_path).toBe(`/data/${sha256(content)}`);
    }
  },
);

test('what no row knows stays for the grace time: it may belong to rows that an older backup took the place of, and after a restore that time begins anew', async () => {
  const world = new World(1);
  world.ingest();
  const stray = world.paths.blob(sha256('stray'));
  const old = world.paths.part(sha256('old stray'));
  world.file(stray);
  world.file(join(old, 'part.parquet'));
  const long = Date.parse(daysBefore(world.clock.now(), GRACE + 1)) / 1000;
  for (const path of [join(old, 'part.parquet'), old]) utimesSync(path, long, long);
  const restored = (at: string): void =>
    world.state.events.append({
      ...{ correlation_id: 'restore', kind: 'state.restored', subject_kind: 'backup', subject_id: 'b', at },
    });
  restored(daysBefore(world.clock.now(), 1));
  expect((await gc(world)).removed).toEqual([]);
  restored(daysBefore(world.clock.now(), GRACE + 1));
  await gc(world);
  expect([existsSync(stray), existsSync(old)]).toEqual([true, false]);
});

test('gc waits for nobody: beside a run or an ingest it is refused, and an ingest does not begin beside it', async () => {
  const world = new World(1);
  const owner = currentOwner();
  const { activities, locks } = world.state;
  const ingest = activities.begin({ owner, purpose: 'ingest' });
  await expect(gc(world)).rejects.toMatchObject({ code: 'SH_MAINTENANCE_REFUSED', exitCode: 6 });
  expect(locks.holder('maintenance')).toBeUndefined();
  if (ingest.begun) activities.end(ingest.id);
  const run = { name: 'run', owner, purpose: 'a'.repeat(32) } as const;
  locks.acquire(run);
  await expect(gc(world)).rejects.toThrow(`run ${'a'.repeat(32)}`);
  locks.release(run);
  const dead = { ...owner, pid: 2 ** 22 + 1, process_start: '1', boot_id: 'an earlier start' };
  activities.begin({ owner: dead, purpose: 'ingest' });
  await gc(world);
  locks.acquire({ name: 'maintenance', owner, purpose: 'gc' });
  expect(activities.begin({ owner, purpose: 'ingest' }).begun).toBe(false);
});

test('what a collection of garbage may just be removing is not taken back or pinned beside it', async () => {
  const world = new World(1);
  for (let i = 0; i < 2; i++) world.ingest();
  for (let i = 0; i < 2; i++) world.run(false);
  const [gone = '', kept = ''] = world.runs.keys();
  await deleteRun(world.app, gone);
  await deleteDataset(world.app, 'orders@1');
  const lock = { name: 'maintenance', owner: currentOwner(), purpose: 'gc' } as const;
  const deeds = [
    () => undeleteRun(world.app, gone),
    () => undeleteDataset(world.app, 'orders@1'),
    () => pinRun(world.app, kept, { withData: true }),
  ];
  world.state.locks.acquire(lock);
  for (const deed of deeds)
    await expect(deed()).rejects.toMatchObject({ code: 'SH_MAINTENANCE_REFUSED', exitCode: 6 });
  expect(await undeleteRun(world.app, kept)).toMatchObject({ was_deleted: false });
  expect(world.state.runs.list({ deleted: true }).map(({ run_id }) => run_id)).toEqual([gone]);
  world.state.locks.release(lock);
  for (const deed of deeds) await deed();
  expect(world.state.runs.list({ deleted: true })).toEqual([]);
});
