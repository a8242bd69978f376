import { expect, test } from 'vitest';
import { GROUPS } from './attack.ts';
import { ATTACKS } from './table.ts';

test('the escape suite has at least 60 attacks, at least five of each group, each with a name of its own (QA-03)', () => {
  expect(ATTACKS.length).toBeGreaterThanOrEqual(60);
  const count = (group: string) => ATTACKS.filter((attack) => attack.group === group).length;
  expect(GROUPS.filter((group) => count(group) < 5)).toEqual([]);
  const names = ATTACKS.map(({ group, name }) => `${group}: ${name}`);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});
