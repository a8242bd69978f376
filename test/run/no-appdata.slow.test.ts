import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';
import { systemTerminal } from '../../src/cli/terminal.ts';
import { root, temporaryFolder } from './command.ts';
import { say } from './say.ts';

/** Commands that put data into an appdata, and so make one. */
const MAKING = [
  'erps create',
  'erps import',
  'run',
  'ingest',
  'serve',
  'restore',
  'plugins install',
  'plugins enable',
  'plugins disable',
  'plugins known-bad add',
  'plugins approve',
];
/** Commands that need none. */
const WITHOUT = [
  'synth',
  'plugins list',
  'plugins show',
  'plugins pack',
  'plugins new',
  'plugins health',
  'plugins known-bad list',
  'plugins profiles',
  'plugins validate',
];

/** Every command of the program that does something, by the words that it is called with. */
function commandsOf(command: Command, words: readonly string[] = []): (readonly [string, Command])[] {
  const inner = command.commands.flatMap((one) => commandsOf(one, [...words, one.name()]));
  return inner.length > 0 ? inner : [[words.join(' '), command]];
}

/** What a command can't be called without. */
function required(command: Command): string[] {
  const names = command.registeredArguments
    .filter((argument) => argument.required)
    .map(({ parseArg }) => (parseArg === undefined ? 'latest' : '1'));
  const options = command.options
    .filter((option) => option.mandatory && option.defaultValue === undefined)
    .flatMap(({ long }) => [long ?? '', 'out.zip']);
  return [...names, ...options];
}

const program = buildProgram({ terminal: systemTerminal, exit: () => undefined }, '0');
const reading = commandsOf(program).filter(([name]) => ![...MAKING, ...WITHOUT].includes(name));

test('every command is among those that make an appdata, need none, or only look at one', () => {
  const all = commandsOf(program).map(([name]) => name);
  expect(all).toEqual(expect.arrayContaining([...MAKING, ...WITHOUT]));
  expect(reading.length).toBeGreaterThan(25);
});

test.each(reading)('%s says that there is no appdata, and makes nothing', async (name, command) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'letter.txt'), 'no appdata');
  for (const appdata of [join(folder, 'nowhere'), folder, join(folder, 'letter.txt')]) {
    const args = [...name.split(' '), ...required(command), '--json', '--appdata', appdata];
    const said = await say(args);
    expect(said.code, said.out + said.err).toBe(2);
    const { error } = JSON.parse(said.out) as { error: { code: string; message: string; hint: string } };
    expect(error.code).toBe('SH_APPDATA_NOT_FOUND');
    expect(error.message).toContain(appdata);
    expect(error.hint).toContain('--appdata');
    expect(readdirSync(folder, { recursive: true })).toEqual(['letter.txt']);
  }
});

test('plugins are listed and shown without an appdata, and none is made', async () => {
  const folder = temporaryFolder();
  for (const args of [['list'], ['show', 'profile_basic']]) {
    const said = await say(['plugins', ...args, '--appdata', join(folder, 'nowhere')]);
    expect(said.code, said.err).toBe(0);
  }
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ['install', join(root, 'package.json')],
  ['enable', 'nobody'],
  ['disable', 'nobody'],
  ['approve', 'nobody', 'network', '--host', 'example.com'],
  ['known-bad', 'add', 'nobody@oops', '--reason', 'x'],
])('plugins %s, refused, makes no appdata', async (...words) => {
  const folder = temporaryFolder();
  const said = await say(['plugins', ...words, '--appdata', join(folder, 'mistyped')]);
  expect(said.code, said.out + said.err).toBe(2);
  expect(said.err).not.toContain('There is no appdata');
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  [['profiles'], 'plugin_profiles.v1'],
  [['show', 'profile_basic'], 'plugin_details.v1'],
  [['new', 'top_share'], 'new_plugin.v1'],
  [['known-bad', 'add', 'presence@1.2.x', '--reason', 'x'], 'known_bad_entry.v1'],
])('what plugins %s prints as JSON begins with the name of its form', async (words, form) => {
  const folder = temporaryFolder();
  const out = words[0] === 'new' ? ['--out', join(folder, 'mine')] : [];
  const said = await say(['plugins', ...words, ...out, '--json', '--appdata', join(folder, 'a')]);
  expect(said.out).toMatch(new RegExp(`^{"schema_version":"${form}",`));
});
