import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { example, filesBelow, root, temporaryFolder } from './command.ts';
import { say } from './say.ts';

/** Everything that ingest or a run could have left behind. */
function leftovers(appdata: string): string[] {
  const folders = ['quarantine', 'tmp', 'staging', 'runs', 'parts', 'datasets', 'blobs'];
  const there = readdirSync(appdata);
  return folders.filter((name) => there.includes(name)).flatMap((name) => filesBelow(join(appdata, name)));
}

async function refused(args: string[], prepare?: (folder: string) => void) {
  const folder = temporaryFolder();
  prepare?.(folder);
  const appdata = join(folder, 'appdata');
  const input = args.map((arg) => arg.replace('FOLDER', folder));
  const ended = await say(['run', ...input, '--json', '--appdata', appdata]);
  const { error } = JSON.parse(ended.out) as { error: { code: string; message: string; hint: string } };
  expect(ended.err).toContain(`error: ${error.message.split('\n')[0]}`);
  expect(ended.err).not.toContain('    at ');
  return { code: ended.code, error, left: leftovers(appdata) };
}

const file = (name: string, content: string | Uint8Array) => (folder: string) =>
  writeFileSync(join(folder, name), content);
const gzip = gzipSync('a,b\n1,2\n'.repeat(99));
const workbook = readFileSync(join(root, 'fixtures/xlsx/libreoffice.xlsx'));
const locked = readFileSync(join(root, 'fixtures/xlsx/libreoffice-protected.xlsx'));

test.each<[string, string[], string, string, ((folder: string) => void)?]>([
  ['an empty file', ['FOLDER/x.csv'], 'SH_INPUT_EMPTY', 'x.csv is empty', file('x.csv', '')],
  ['only a header', ['FOLDER/x.csv'], 'SH_INPUT_NO_ROWS', '3 columns', file('x.csv', 'a,b,c\n')],
  ['a binary file', ['FOLDER/x.csv'], 'SH_INPUT_BINARY', 'x.csv', file('x.csv', new Uint8Array(500))],
  [
    'half a workbook',
    ['FOLDER/x.xlsx'],
    'SH_INPUT_DAMAGED',
    'cut off',
    file('x.xlsx', workbook.subarray(0, workbook.length / 2)),
  ],
  ['a protected workbook', ['FOLDER/x.xlsx'], 'SH_INPUT_PASSWORD', 'has a password', file('x.xlsx', locked)],
  ['a cut JSON', ['FOLDER/x.json'], 'SH_INPUT_MALFORMED', 'cut off', file('x.json', '[{"a":1},{"a"')],
  ['a cut gzip file', ['FOLDER/x.gz'], 'SH_INPUT_DAMAGED', 'cut off', file('x.gz', gzip.subarray(0, -9))],
  [
    'a directory',
    ['FOLDER/x'],
    'SH_INPUT_IS_DIRECTORY',
    'is a directory',
    (folder) => mkdirSync(join(folder, 'x')),
  ],
  ['a missing file', ['FOLDER/x.csv'], 'SH_INPUT_NOT_FOUND', 'No such file'],
  ['a ragged line', ['FOLDER/x.csv'], 'SH_INPUT_RAGGED', 'line 3', file('x.csv', 'a,b\n1,2\n1,2,3\n4,5\n')],
  [
    'text of no encoding that can be guessed',
    ['FOLDER/x.csv'],
    'SH_INPUT_ENCODING',
    'utf-8 or windows-1252',
    file('x.csv', Buffer.from('a,b\n\x81,1\n', 'latin1')),
  ],
  [
    'another encoding than that of the byte order mark',
    ['FOLDER/x.csv', '--encoding', 'cp850'],
    'SH_INPUT_ENCODING',
    'utf-16le',
    file('x.csv', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le')),
  ],
  [
    'a truncated Parquet file',
    ['FOLDER/x.parquet'],
    'SH_INPUT_MALFORMED',
    'x.parquet',
    file('x.parquet', Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(64), Buffer.from('PAR1')])),
  ],
  [
    'an unknown plugin',
    [example, '--plugins', 'profile_basik'],
    'SH_PLUGIN_UNKNOWN',
    'Nearest: profile_basic',
  ],
  [
    'an unknown setting',
    [example, '--set', 'profile_basic.histogram_bin=3'],
    'SH_CONFIG_INVALID',
    'did you mean "histogram_bins"',
  ],
  [
    'a setting of the wrong type',
    [example, '--set', 'profile_basic.histogram_bins=many'],
    'SH_CONFIG_INVALID',
    'plugins.profile_basic.settings.histogram_bins: must be integer, got "many"',
  ],
  [
    'a setting out of range',
    [example, '--set', 'profile_basic.histogram_bins=0'],
    'SH_CONFIG_INVALID',
    'profile_basic.settings.histogram_bins',
  ],
  ['an unknown role', [example, '--roles', 'activty=PROCESS_ID'], 'SH_ROLE_UNKNOWN', 'Nearest: activity'],
  ['an unknown column', [example, '--roles', 'activity=PROCES_ID'], 'SH_INPUT_UNKNOWN_COLUMN', 'PROCESS_ID'],
  [
    'a plugin that does not fit',
    [join(root, 'examples', 'sales.csv'), '--plugins', 'analysis_queue_delay_decomposition'],
    'SH_PLUGIN_NOT_APPLICABLE',
    'no column has the role',
  ],
  [
    'a cycle of plugins',
    [example, '--plugin-dir', join(root, 'fixtures', 'cyclic-plugins')],
    'SH_PLAN_CYCLE',
    'circle_a → circle_b → circle_a',
  ],
  [
    'a missing dependency',
    [example, '--plugin-dir', join(root, 'fixtures', 'lonely-plugins')],
    'SH_PLAN_MISSING_DEPENDENCY',
    'needs absent_plugin, which is not installed',
  ],
])('%s: a clear error, exit code 2, nothing left behind', async (_what, args, code, message, prepare) => {
  const done = await refused(args, prepare);
  expect(done.error.code).toBe(code);
  expect(done.error.message).toContain(message);
  expect(done.error.hint).not.toBe('');
  expect(done.code).toBe(2);
  expect(done.left).toEqual([]);
});

test('a usage mistake has exit code 2 and says what is known', async () => {
  const unknown = await say(['run', example, '--plugin', 'x']);
  expect(unknown.code).toBe(2);
  expect(unknown.err).toContain('Did you mean');
  const nothing = await say(['run']);
  expect(nothing.code).toBe(2);
  const wrong = await say(['run', example, '--seed', '-1']);
  expect(wrong.code).toBe(2);
});

test('an appdata that is a file is refused', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'appdata'), 'x');
  for (const [args, message] of [
    [['ingest', example], 'can not be used'],
    [['runs', 'list'], 'There is no appdata'],
  ] as const) {
    const ended = await say([...args, '--appdata', join(folder, 'appdata')]);
    expect(ended.code).toBe(2);
    expect(ended.err).toContain(message);
  }
});

test.runIf(process.platform === 'linux')(
  'an appdata where nothing can be made is refused at once',
  async () => {
    const ended = await say(['ingest', example, '--appdata', '/proc/appdata']);
    expect(ended.code).toBe(2);
    expect(ended.err).toContain('/proc/appdata can not be used');
  },
);

test('EXEC-07 a plugin named explicitly that wants the network refuses the run: exit code 6', async () => {
  const args = [
    'run',
    example,
    '--plugin-dir',
    join(root, 'fixtures', 'greedy-plugins'),
    '--plugins',
    'wants_network',
  ];
  const ended = await say([...args, '--appdata', temporaryFolder()]);
  expect(ended.code).toBe(6);
  expect(ended.err).toContain('network');
});
