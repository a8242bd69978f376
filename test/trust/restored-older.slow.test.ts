import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Clock } from '../../src/base/index.ts';
import { collectGarbage } from '../../src/engine/collect-garbage.ts';
import {
  type App,
  adoptRuns,
  deleteRun,
  diagnose,
  lostRuns,
  openApp,
  removeLostRuns,
  restoreBackup,
  setRunAside,
  undeleteRun,
  verifyRun,
} from '../../src/engine/index.ts';
import { temporaryFolder } from '../run/command.ts';
import { say } from '../run/say.ts';
import { finishedRun, run, withFlippedByte } from './finished-run.ts';

const ONE = { plugins: ['profile_basic'] };
const quiet = { onProgress: () => undefined };
const FAR = 100 * 86_400_000;

/** Five runs, each on a table of its own, with a backup behind the third; each test has a copy. */
const template = { folder: '', ids: [] as string[] };
beforeAll(async () => {
  const made = await finishedRun(ONE);
  template.folder = dirname(made.table);
  template.ids = [made.summary.run_id];
  for (const name of ['second', 'third', 'fourth', 'fifth']) {
    if (name === 'fourth') made.app.state.backUp();
    template.ids.push(await runOn(made.app, template.folder, name));
  }
  made.app.close();
});
afterAll(() => rmSync(template.folder, { recursive: true, force: true, maxRetries: 5 }));

async function runOn(app: App, folder: string, name: string): Promise<string> {
  const text = readFileSync(join(folder, 'deliveries.csv'), 'utf8').replaceAll('depot', name);
  writeFileSync(join(folder, `${name}.csv`), text);
  return (await run(app, join(folder, `${name}.csv`), ONE)).run_id;
}

class Copy {
  readonly folder = temporaryFolder();
  readonly appdata = join(this.folder, 'appdata');
  app!: App;

  constructor() {
    cpSync(template.folder, this.folder, { recursive: true });
  }

  async open(): Promise<App> {
    this.app = await openApp({ appdata: this.appdata });
    return this.app;
  }

  async run(name: string): Promise<string> {
    return runOn(this.app, this.folder, name);
  }

  /** A backup takes the place of the database; where that is lost, of nothing. */
  async restore(backup = 'latest', { lost = true } = {}): Promise<string | null> {
    this.app.close();
    const { state } = this.app.paths;
    for (const suffix of lost ? ['', '-wal', '-shm'] : []) rmSync(state + suffix, { force: true });
    const { replaced } = await restoreBackup({ appdata: this.appdata, backup });
    await this.open();
    return replaced;
  }

  listed(): string[] {
    const { runs } = this.app.state;
    return [...runs.list(), ...runs.list({ deleted: true })].map(({ run_id }) => run_id).toReversed();
  }

  doctor() {
    return diagnose({ appdata: this.appdata, full: true, ...quiet });
  }

  verify(id: string) {
    return verifyRun(this.app, id, { recompute: false, pluginFolders: [], ...quiet });
  }

  gc(flags: { grace_days?: number } = {}, later = 0) {
    const clock: Clock = {
      now: () => new Date(Date.parse(this.app.clock.now()) + later).toISOString(),
      monotonicMs: () => 0,
    };
    return collectGarbage({ ...this.app, clock }, { dryRun: false, flags, trustClock: true });
  }
}

let made: Copy;
let [first, second, third, fourth, fifth] = ['', '', '', '', ''];
beforeEach(async () => {
  [first = '', second = '', third = '', fourth = '', fifth = ''] = template.ids;
  made = new Copy();
  await made.open();
  onTestFinished(() => made.app.close());
});

describe('FND-05 after an older backup took the place of a lost database', () => {
  test('the next run lists those again that it did not know; all are whole, and gc removes nothing that any of them needs', async () => {
    await made.restore();
    expect(made.listed()).toEqual([first, second, third]);
    expect((await made.doctor()).warnings).toMatchObject([
      {
        text: expect.stringMatching(/^2 runs lie in /),
        repair: expect.stringContaining(`stat-harness runs adopt --appdata ${made.appdata}`),
      },
    ]);
    // What they were made of stays, however long nobody lists them again.
    expect((await made.gc({ grace_days: 0 }, FAR)).removed).toEqual([]);
    const sixth = await made.run('sixth');
    expect(made.listed()).toEqual([...template.ids, sixth]);
    expect(made.app.state.datasets.list()).toHaveLength(6);
    expect((await made.gc({ grace_days: 0 }, FAR)).removed).toEqual([]);
    for (const id of made.listed()) expect(await made.verify(id)).toMatchObject({ ok: true, problems: [] });
    expect(await made.doctor()).toMatchObject({ ok: true, damages: [], warnings: [], runs: 6 });
  });

  test('a run that was deleted since is listed again in the trash, and can be taken back', async () => {
    await deleteRun(made.app, fourth);
    await made.restore();
    expect((await made.gc()).removed).toEqual([]);
    const adopted = await say(['runs', 'adopt', '--appdata', made.appdata]);
    expect(adopted.out).toContain(`${fifth} is listed again\n`);
    expect(adopted.out).toContain(`${fourth} is known again, and in the trash; it is taken back with:`);
    expect(adopted.out).toContain(`stat-harness runs undelete ${fourth} --appdata ${made.appdata}\n`);
    expect(made.app.state.runs.list({ deleted: true }).map(({ run_id }) => run_id)).toEqual([fourth]);
    await undeleteRun(made.app, fourth);
    expect(await made.verify(fourth)).toMatchObject({ ok: true });
    expect(await made.doctor()).toMatchObject({ ok: true, damages: [], warnings: [] });
  });

  test('a run that it has in the trash, and that was taken back since, is not removed with the trash', async () => {
    made.app.state.runs.setDeleted(first, true, new Date(Date.now() - FAR).toISOString());
    const backup = made.app.state.backUp();
    await undeleteRun(made.app, first);
    await made.restore(backup);
    expect((await made.gc()).removed).toEqual([]);
    await undeleteRun(made.app, first);
    expect(await made.verify(first)).toMatchObject({ ok: true });
    await deleteRun(made.app, first);
    expect((await made.gc({}, FAR)).removed).toMatchObject([{ kind: 'run', id: first }]);
  });

  test('a run that had ended without a result, and was gone on with since, is listed as finished', async () => {
    await made.restore();
    const { runs } = made.app.state;
    const { fingerprint, dataset, dataset_version_id, kind, owner } = runs.find(third);
    runs.create({ run_id: fourth, fingerprint, dataset, dataset_version_id, kind, config: {}, owner });
    runs.finish(fourth, { status: 'FAILED', reason: 'the disk was full' });
    const adopted = await adoptRuns(made.app, { names: [fourth], apart: false });
    expect(adopted).toMatchObject({ adopted: [fourth] });
    expect(runs.get(fourth)).toMatchObject({ status: 'COMPLETED', reason: '' });
  });
});

describe('a run that can not be listed again', () => {
  const report = () => join(made.app.paths.run(fourth), 'report.md');
  let replaced: string | null;
  beforeEach(async () => {
    replaced = await made.restore('latest', { lost: false });
    renameSync(report(), `${report()}.whole`);
    writeFileSync(report(), 'tampered');
  });
  const heal = () => renameSync(`${report()}.whole`, report());

  test('keeps any other from taking its place, until it is whole or set aside', async () => {
    await expect(made.run('sixth')).rejects.toMatchObject({
      ...{ code: 'SH_RUN_UNLISTED', exitCode: 4, message: expect.stringContaining('report.md') },
      hint: expect.stringContaining(`stat-harness runs adopt --apart ${fourth} --appdata ${made.appdata}`),
    });
    expect(made.listed()).toEqual([first, second, third]);
    expect(made.app.state.datasets.list()).toHaveLength(3);
    heal();
    const sixth = await made.run('sixth');
    expect(made.listed()).toEqual([...template.ids, sixth]);
  });

  test('is set aside with its data, checked where it lies, taken back where it fits, and removed when told so', async () => {
    const apart = await adoptRuns(made.app, { names: [], apart: true });
    expect(apart).toMatchObject({
      adopted: [],
      left: [],
      set_aside: [{ run_id: fourth }, { run_id: fifth }],
    });
    const sixth = await made.run('sixth');
    expect((await made.doctor()).warnings).toHaveLength(2);
    expect((await made.gc({ grace_days: 0 }, FAR)).removed).toEqual([]);
    const { runs } = await lostRuns(made.app);
    const damages = Object.fromEntries(runs.map((run) => [run.name, run.damages.map(({ path }) => path)]));
    const aside = join(made.app.paths.setAside(fourth), 'report.md');
    expect(damages).toEqual({ [fourth]: [aside, `${aside}.whole`], [fifth]: [] });
    expect(await adoptRuns(made.app, { names: [fifth], apart: false })).toMatchObject({
      adopted: [],
      left: [{ run_id: fifth, reason: expect.stringContaining('the chain') }],
    });
    // As it lies where the chain had moved on before anybody knew of it.
    renameSync(made.app.paths.setAside(fifth), made.app.paths.run(fifth));
    const moved = (await made.doctor()).warnings.find(({ text }) => text.includes(fifth));
    expect(moved?.text).toContain('another run has its place');
    expect(moved?.repair).toContain(`stat-harness runs adopt --apart ${fifth} --appdata ${made.appdata}`);
    const again = await adoptRuns(made.app, { names: [fifth], apart: true });
    expect(again).toMatchObject({ adopted: [], left: [], set_aside: [{ run_id: fifth }] });
    const removed = await removeLostRuns(made.app, [fourth, fifth]);
    expect(removed).toMatchObject({ runs: [], removed: [fourth, fifth] });
    const kinds = (await made.gc({ grace_days: 0 }, FAR)).removed.map(({ kind }) => kind).sort();
    expect(kinds).toEqual(['upload', 'upload', 'part', 'part', 'dataset_version', 'dataset_version'].sort());
    expect(made.listed()).toEqual([first, second, third, sixth]);
    expect(await made.doctor()).toMatchObject({ ok: true, damages: [], warnings: [] });
  });

  test('is taken back, once a database that knows it is restored', async () => {
    heal();
    await adoptRuns(made.app, { names: [fourth], apart: false });
    renameSync(made.app.paths.run(fifth), join(made.folder, 'elsewhere'));
    mkdirSync(dirname(made.app.paths.setAside(fifth)));
    renameSync(join(made.folder, 'elsewhere'), made.app.paths.setAside(fifth));
    await made.restore(replaced ?? '');
    const { damages } = await made.doctor();
    expect(damages).toMatchObject([{ repair: expect.stringContaining(`stat-harness runs adopt ${fifth}`) }]);
    expect(await adoptRuns(made.app, { names: [fifth], apart: false })).toMatchObject({ adopted: [fifth] });
    expect(await made.doctor()).toMatchObject({ ok: true, damages: [], warnings: [] });
  });

  test('is taken back only as it was sealed, and into the trash where it lay there', async () => {
    heal();
    await adoptRuns(made.app, { names: [], apart: false });
    await deleteRun(made.app, fifth);
    const backup = made.app.state.backUp();
    await setRunAside(made.app, fourth);
    await setRunAside(made.app, fifth);
    await made.restore(backup);
    const adopt = () => adoptRuns(made.app, { names: [fourth, fifth], apart: false });
    const damaged = join(made.app.paths.setAside(fourth), 'report.html');
    const refused = { left: [{ run_id: fourth, reason: expect.stringContaining(damaged) }] };
    await withFlippedByte(damaged, async () => {
      const [damage] = (await made.doctor()).damages;
      expect(damage?.repair).toContain(
        `It was set aside, and is damaged: The file is not as recorded: ${damaged}`,
      );
      expect(await adopt()).toMatchObject({ adopted: [fifth], in_trash: [fifth], ...refused });
    });
    const manifest = join(made.app.paths.setAside(fourth), 'run_manifest.json');
    const sealed = readFileSync(manifest, 'utf8');
    writeFileSync(manifest, sealed.replace('"findings":', '"findings": '));
    const other = { run_id: fourth, reason: expect.stringContaining('its manifest is not the one') };
    const again = () => adoptRuns(made.app, { names: [fourth], apart: false });
    expect(await again()).toMatchObject({ adopted: [], left: [other] });
    writeFileSync(manifest, sealed);
    expect(await again()).toMatchObject({ adopted: [fourth], in_trash: [], left: [] });
    await undeleteRun(made.app, fifth);
    rmSync(`${report()}.whole`, { force: true });
    expect(await made.doctor()).toMatchObject({ ok: true, damages: [], warnings: [] });
  });

  test('and one whose manifest can not be read keeps all data, because it may need them', async () => {
    writeFileSync(join(made.app.paths.run(fourth), 'run_manifest.json'), '{"run_id":');
    expect(await made.gc({ grace_days: 0 }, FAR)).toMatchObject({
      removed: [],
      left: [{ run_id: fourth, reason: expect.stringContaining('can not be read') }],
    });
    await expect(made.run('sixth')).rejects.toMatchObject({ code: 'SH_RUN_UNLISTED' });
  });
});
