import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root, temporaryFolder } from '../run/command.ts';

const guide = readFileSync(join(root, 'docs/guides/write-a-plugin.md'), 'utf8').replaceAll('\r\n', '\n');

interface Block {
  readonly language: string;
  /** The file that it is, or is to become; empty where it is none. */
  readonly path: string;
  readonly text: string;
}

/** All code of the guide, in its order. */
const BLOCKS: readonly Block[] = [...guide.matchAll(/```(\w+)(?: (\S+))?\n([\s\S]*?)```/g)].map(
  ([, language = '', path = '', text = '']) => ({ language, path, text }),
);

test('EXT-03: a plugin written by following docs/guides/write-a-plugin.md alone tests, validates, packs, installs and runs', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'examples'));
  cpSync(join(root, 'examples/sales.csv'), join(folder, 'examples/sales.csv'));
  const said: string[] = [];
  for (const block of BLOCKS) said.push(...follow(block, folder));
  expect(said.filter((line) => line.endsWith(': passed'))).toHaveLength(2);
  expect(said.join('\n')).toMatch(/findings +3; [\s\S]*findings +3; /);
  const [promised = ''] = /“(The largest [^”]*)”/.exec(guide)?.slice(1) ?? [];
  expect(promised).not.toBe('');
  expect(reportIn(said)).toContain(promised);
  expect(Object.groupBy(BLOCKS, ({ language }) => language).sh?.length).toBeGreaterThan(4);
}, 300_000);

/** Does what a block says, in a folder; gives the lines that it printed. */
function follow({ language, path, text }: Block, folder: string): string[] {
  if (language === 'sh')
    return text
      .trim()
      .split('\n')
      .flatMap((line) => typed(line, folder));
  if (language === 'text') return [];
  if (path === '') return partOf(join(folder, 'my-plugins/top_share/plugin.test.ts'), text);
  const file = join(folder, path);
  const merged =
    language === 'json' ? { ...JSON.parse(readFileSync(file, 'utf8')), ...JSON.parse(text) } : undefined;
  // What is shown of the first plugin was written by "plugins new"; the second one is written over.
  if (path.includes('top_share')) expect(readFileSync(file, 'utf8')).toBe(text);
  else writeFileSync(file, merged === undefined ? text : JSON.stringify(merged));
  return [];
}

/** Runs a line as it stands there, but for where the program lies and that it has an appdata of its own. */
function typed(line: string, folder: string): string[] {
  const [word = '', ...args] = line.split(' ');
  const [program, first] =
    word === 'npm' ? ['npm', []] : [process.execPath, [join(root, 'bin/stat-harness.mjs')]];
  expect(['npm', 'stat-harness']).toContain(word);
  const ended = spawnSync(program, [...first, ...args], {
    cwd: folder,
    encoding: 'utf8',
    shell: program === 'npm' && process.platform === 'win32',
    env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '', STAT_HARNESS_APPDATA: join(folder, 'appdata') },
  });
  expect({ line, status: ended.status, out: ended.stdout, err: ended.stderr }).toMatchObject({
    line,
    status: 0,
  });
  return ended.stdout.split('\n');
}

/** Each statement of a shortened piece stands in the file that it is a piece of. */
function partOf(file: string, text: string): string[] {
  const plain = (code: string) => code.replaceAll(/\s+/g, ' ');
  const shown = plain(text)
    .replace(/import\.meta\.dirname/, 'folder')
    .replace(/roles: \{ measure: 'amount' \}/, 'roles');
  for (const statement of shown.split(/;\s/).filter((one) => !one.startsWith('test(') && one !== '}); '))
    expect(plain(readFileSync(file, 'utf8'))).toContain(statement.trim());
  return [];
}

/** The findings of the report that was named last, with plain spaces. */
function reportIn(said: readonly string[]): string {
  const path =
    said.map((line) => /^report +(.*)report\.html$/.exec(line)?.[1] ?? '').findLast((one) => one !== '') ??
    '';
  expect(existsSync(path)).toBe(true);
  return readFileSync(join(path, 'report.json'), 'utf8').replaceAll(/\s/g, ' ');
}
