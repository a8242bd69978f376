import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { appPaths, systemClock } from '../../src/base/index.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { openState } from '../../src/state/index.ts';
import { example, temporaryFolder } from './command.ts';
import { say } from './say.ts';

/** The commands that do not refuse: they are what is done about the damage. */
const REPAIRS = ['doctor', 'restore'];
/** Those that take a report or a pack as a file too, which need no state. */
const OF_FILES = ['eval'];

/** Every command that works on an appdata, with what it needs to be asked at all. */
function askable(command: Command, words: readonly string[] = []): string[][] {
  const inner = command.commands.flatMap((child) => askable(child, [...words, child.name()]));
  if (!command.options.some((option) => option.long === '--appdata')) return inner;
  const given = command.registeredArguments
    .filter((argument) => argument.required)
    .map(({ parseArg }) => (parseArg === undefined ? example : '1'));
  const options = command.options
    .filter((option) => option.mandatory)
    .flatMap(({ long }) => [long ?? '', '1']);
  if (command.name() === 'validate') options.push('--all');
  if (command.name() === 'run') options.push(example);
  return [...inner, [...words, ...given, ...options]];
}

const terminal = { out: () => undefined, err: () => undefined, live: false, columns: 80 };
const COMMANDS = askable(buildProgram({ terminal, exit: () => undefined }, '0'))
  .filter(([name = '']) => ![...REPAIRS, ...OF_FILES].includes(name))
  .map((words): [string, string[]] => [words.filter((word) => word !== example).join(' '), words]);

test.each(COMMANDS)(
  'FND-04 "%s" refuses a damaged database with exit code 4, and offers the newest good backup',
  async (_name, words) => {
    const paths = appPaths(temporaryFolder());
    const state = openState(paths, { clock: systemClock });
    const backup = state.backUp();
    state.close();
    const damaged = readFileSync(paths.state).fill(0x5a, 0, 4096);
    writeFileSync(paths.state, damaged);
    const args = [...words, '--json', '--appdata', paths.root];
    const said = await say(args);
    expect(said.code, said.err).toBe(4);
    expect(JSON.parse(said.out)).toMatchObject({ error: { code: 'SH_STATE_CORRUPT' } });
    expect(said.err).toContain(`stat-harness restore ${backup} --appdata ${paths.root}`);
    expect(readFileSync(paths.state).equals(damaged)).toBe(true);
  },
);

test('the commands that refuse are nearly all there are', () => {
  expect(COMMANDS.length).toBeGreaterThan(10);
  expect(COMMANDS.map(([name]) => name)).toEqual(
    expect.arrayContaining(['runs list', 'run', 'datasets show']),
  );
});
