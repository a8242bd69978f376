import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newPlugin } from '../../src/engine/new-plugin.ts';
import { filesBelow, temporaryFolder } from '../run/command.ts';

const make = (id: string, out: string) =>
  newPlugin({ id, out, type: 'analysis', language: 'ts', taken: ['profile_basic'] });

test('a new plugin takes no name that is taken or can be none', async () => {
  const out = temporaryFolder();
  for (const name of [
    'profile_basic',
    'Large',
    'a-b',
    '../a',
    'con',
    'my_model',
    'node_modules',
    'a'.repeat(101),
    '',
  ])
    await expect(make(name, out)).rejects.toThrow(`A new plugin can not be called "${name}"`);
  expect(filesBelow(out)).toEqual([]);
});

test('where the folder for plugins would be a file, that is told', async () => {
  const file = join(temporaryFolder(), 'a.md');
  writeFileSync(file, '');
  for (const out of [file, join(file, 'below')])
    await expect(make('mine', out)).rejects.toMatchObject({ code: 'SH_OUT_FILE_UNUSABLE' });
});

test('a new plugin is written over nothing, and what stands above it stays', async () => {
  const out = temporaryFolder();
  writeFileSync(join(out, 'package.json'), '{"mine": true}');
  const { files } = await make('mine', out);
  expect(files).toEqual([
    ...['README.md', 'plugin.json', 'plugin.test.ts', 'plugin.ts'].map((name) => `mine/${name}`),
    'tsconfig.json',
  ]);
  writeFileSync(join(out, 'mine/plugin.ts'), 'my work');
  await expect(make('mine', out)).rejects.toThrow('is there already');
  expect(readFileSync(join(out, 'mine/plugin.ts'), 'utf8')).toBe('my work');
  expect(readFileSync(join(out, 'package.json'), 'utf8')).toBe('{"mine": true}');
});
