import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Erp, IngestReport, Report, RunManifest } from '../../src/contract/index.ts';
import type { DatasetPreview } from '../../src/engine/index.ts';
import { command, readJson, temporaryFolder } from './command.ts';
import { run, type Said, say } from './say.ts';

const HEADER = 'name,town,amount\n';
const LINES = Array.from({ length: 200 }, (_, i) => `${['Müller', 'García'][i % 2]},Köln,${i % 7}\n`).join(
  '',
);
const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
/** The same in the encoding of old terminals. */
const dos = (text: string): Buffer =>
  latin(text.replaceAll('ü', '\x81').replaceAll('í', '\xa1').replaceAll('ö', '\x94'));

const GUESS =
  'read as windows-1252, a guess: byte 0xFC in line 2 is not UTF-8 (it would be "Müller" in windows-1252)';

function workplace() {
  const folder = temporaryFolder();
  const appdata = join(folder, 'appdata');
  return {
    folder,
    appdata,
    write(name: string, content: Uint8Array | string): string {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    },
    say: (...words: string[]): Promise<Said> => say([...words, '--appdata', appdata]),
    /** A command that must succeed, with `--json`. */
    async json<T>(...words: string[]): Promise<T> {
      const said = await say([...words, '--json', '--appdata', appdata]);
      expect(said.code, said.err).toBe(0);
      return JSON.parse(said.out) as T;
    },
  };
}

const encodingIn = ({ data_quality }: Report): (IngestReport['encoding'] | undefined)[] =>
  data_quality.ingest.map(({ encoding }) => encoding);

test('a guess is told wherever the table is: by ingest, plan and run, in the reports', async () => {
  const at = workplace();
  const file = at.write('customers.csv', latin(HEADER + LINES));
  const plan = await at.say('run', file, '--dry-run');
  expect(plan.out.replaceAll(/\s+/g, ' ')).toContain(GUESS);
  expect((await at.say('ingest', file)).out).toContain(`note: ${GUESS}; name another with --encoding\n`);
  const told = await at.say('run', file, '--plugins', 'profile_basic', '--quiet');
  expect(told.out).toContain(GUESS);
  const { run_dir } = await run(file, at.appdata, ['--plugins', 'profile_basic']);
  const report = readJson<Report>(join(run_dir, 'report.json'));
  expect(encodingIn(report)).toMatchObject([{ name: 'windows-1252', how: 'guess' }]);
  for (const name of ['report.html', 'report.md']) {
    const text = readFileSync(join(run_dir, name), 'utf8').replaceAll(/&quot;|\\/g, '"');
    expect(text, name).toContain('read as windows-1252, a guess: byte 0xFC in line 2');
    expect(text, name).toContain('Müller');
  }
  const pack = join(at.folder, 'pack.zip');
  expect((await at.say('export', 'latest', '--out', pack)).code).toBe(0);
  for (const checked of [['latest', '--recompute'], [pack]]) {
    const verified = await at.say('verify', ...checked);
    expect(verified.code, verified.out + verified.err).toBe(0);
  }
});

test('FND-06 an encoding that was named, in whatever way, is in the fingerprint: what it reads is another table', async () => {
  const at = workplace();
  const file = at.write('customers.csv', dos(HEADER + LINES));
  expect((await at.say('ingest', file)).err).toContain(
    'Name its encoding with --encoding, such as windows-1252',
  );
  const unknown = await at.say('ingest', file, '--encoding', 'klingon');
  expect([unknown.code, unknown.err]).toEqual([
    2,
    expect.stringContaining('It must be one of utf-8, utf-16le'),
  ]);
  const first = await run(file, at.appdata, ['--plugins', 'profile_basic', '--encoding', 'CP850']);
  const manifest = readJson<RunManifest>(first.manifest_path);
  expect(manifest.config.resolved).toMatchObject({ ingest: { encoding: 'cp850' } });
  expect(manifest.config.sources['ingest.encoding']).toBe('flag');
  const preview = await at.json<DatasetPreview>('datasets', 'preview', 'customers', '--rows', '2');
  expect(preview.rows.map(({ cells }) => cells[0])).toEqual(['Müller', 'García']);

  const config = at.write('config.yaml', 'ingest: { encoding: cp850 }\n');
  const again = await run(file, at.appdata, ['--plugins', 'profile_basic', '--config', config]);
  expect(again.run_fingerprint).toBe(first.run_fingerprint);
  const wrong = await run(file, at.appdata, ['--plugins', 'profile_basic', '--encoding', 'cp437']);
  expect(wrong.run_fingerprint).not.toBe(first.run_fingerprint);
  expect((await at.say('replay', first.run_id)).code).toBe(0);
});

test('FND-03 a damaged part of a file in another encoding is made again by the command that doctor names', async () => {
  const at = workplace();
  const file = at.write('customers.csv', dos(HEADER + LINES));
  await at.json('ingest', file, '--encoding', 'cp850');
  const [part = ''] = readdirSync(join(at.appdata, 'parts'));
  rmSync(join(at.appdata, 'parts', part, 'part.parquet'));
  const found = await at.say('doctor', '--full');
  const [, line = ''] = /makes it as it was: stat-harness (.*)/.exec(found.out) ?? [];
  expect(line).toContain('--encoding cp850');
  const repaired = await command(line.trim().replaceAll("'", '').split(' '));
  expect(repaired.code, repaired.err).toBe(0);
  expect((await at.say('doctor', '--full')).out).not.toContain('makes it as it was');
});

test('a month in another encoding is appended, by the default of the ERP or as a guess', async () => {
  const at = workplace();
  const [jan, feb, mar] = [
    at.write('jan.csv', HEADER + LINES),
    at.write('feb.csv', latin(`${HEADER}Muñoz,Ávila,1\n`)),
    at.write('mar.csv', dos(`${HEADER}Dürer,Köln,2\n`)),
  ];
  await at.json('ingest', jan, '--dataset', 'sales');
  const second = await at.say('ingest', feb, '--dataset', 'sales', '--append');
  expect(second.out).toContain('read as windows-1252, a guess');
  expect((await at.say('erps', 'create', 'old', '--dataset', 'sales')).code).toBe(0);
  expect((await at.say('erps', 'set', 'old', 'ingest.encoding=IBM850')).code).toBe(0);
  expect((await at.json<{ erp: Erp }>('erps', 'show', 'old')).erp.ingest).toEqual({ encoding: 'cp850' });
  expect((await at.say('erps', 'set', 'old', 'ingest.encoding=klingon')).code).toBe(2);
  const append = ['--dataset', 'sales', '--append', '--plugins', 'profile_basic'];
  const { run_dir, notes } = await run(mar, at.appdata, append);
  expect(notes?.join()).toMatch(/^part 2: read as windows-1252, a guess: byte 0xF1 in line 2/);
  expect(encodingIn(readJson<Report>(join(run_dir, 'report.json')))).toMatchObject([
    undefined,
    { name: 'windows-1252', how: 'guess' },
    { name: 'cp850', how: 'named' },
  ]);
  const shown = ['datasets', 'preview', 'sales', '--rows', '202'];
  const { rows } = await at.json<DatasetPreview>(...shown);
  expect(rows.slice(200).map(({ cells }) => cells[0])).toEqual(['Muñoz', 'Dürer']);
});
