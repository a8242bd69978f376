import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LimitName } from '../../src/contract/index.ts';
import { type Execution, GROUPS } from './attack.ts';
import { ATTACKS, EXECUTIONS } from './table.ts';

test('the escape suite has at least 60 attacks, at least five of each group, each with a name of its own (QA-03)', () => {
  expect(ATTACKS.length).toBeGreaterThanOrEqual(60);
  const count = (group: string) => ATTACKS.filter((attack) => attack.group === group).length;
  expect(GROUPS.filter((group) => count(group) < 5)).toEqual([]);
  const names = ATTACKS.map(({ group, name }) => `${group}: ${name}`);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

test('no attack could be a dud: each has a canary, a twin, or a bound to what it takes', () => {
  const isShown = ({ canary, bound, twin }: Execution) =>
    [canary, bound, twin].some((it) => it !== undefined);
  expect(EXECUTIONS.filter((attack) => !isShown(attack)).map(({ name }) => name)).toEqual([]);
});

test('each limit ends an attack of which the table says what it may take at most, as the guide to the sandbox does (EXEC-02)', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/explain/sandbox.md'), 'utf8');
  const margins = guide.split('\n').filter((line) => /^\| `\w+` \|.*\| [^|]+ \|$/.test(line));
  const names: readonly LimitName[] = Reflect.get(LimitName, 'enum');
  expect(names).toHaveLength(9);
  for (const name of names) {
    expect(
      EXECUTIONS.some(({ limit, bound }) => limit === name && bound !== undefined),
      name,
    ).toBe(true);
    expect(
      margins.filter((line) => line.startsWith(`| \`${name}\` |`)),
      name,
    ).toHaveLength(1);
  }
});
