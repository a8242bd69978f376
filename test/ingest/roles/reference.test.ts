import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { ROLES } from '../../../src/contract/index.ts';
import { ROLES_OF_KIND } from '../../../src/ingest/roles/roles-of-kinds.ts';

const page = await readFile(new URL('../../../docs/reference/roles.md', import.meta.url), 'utf8');

test('the page of roles tells every role of the contract, in its order, and no other', () => {
  const told = [...page.matchAll(/^\| `(\w+)` \| (one|list) \| (.*) \|$/gm)].map(
    ([, role, binds, meaning]) => [role, { unique: binds === 'one', meaning }],
  );
  expect(told).toEqual(Object.entries(ROLES));
});

test('the page says which roles an event log can have, and which a process log can not', () => {
  const rowOf = (kind: string) => new RegExp(`^\\| ${kind} \\| (.*) \\|$`, 'm').exec(page)?.[1] ?? '';
  const names = (row: string) => [...row.matchAll(/`(\w+)`/g)].map(([, name]) => name ?? '').toSorted();
  expect(names(rowOf('event log'))).toEqual([...ROLES_OF_KIND.event_log].toSorted());
  const unique = Object.entries(ROLES).filter(([, role]) => role.unique);
  const process = new Set<string>([...ROLES_OF_KIND.process_log, 'accounting_month']);
  const missing = unique.map(([role]) => role).filter((role) => !process.has(role));
  expect(names(rowOf('process log'))).toEqual(missing.toSorted());
});
