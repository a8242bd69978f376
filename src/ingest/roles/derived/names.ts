import type { DatasetSchema } from '../../../contract/index.ts';

const LONGEST = 90;

/**
 * Gives derived columns names in SQL that no column of the table has, whatever the case: small letters, digits and `_`.
 * They begin with a word of their own, so that none is a name that a plugin gives what it derives itself.
 */
export function derivedNames(schema: DatasetSchema): (wished: string) => string {
  const taken = new Set(schema.columns.map(({ sql_name }) => sql_name.toLowerCase()));
  return (wished) => {
    const name = plain(wished);
    let free = name;
    for (let n = 2; taken.has(free); n++) free = `${name}_${n}`;
    taken.add(free);
    return free;
  };
}

function plain(wished: string): string {
  const letters = wished.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ß', 'ss').toLowerCase();
  return letters
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, LONGEST)
    .replace(/_+$/, '');
}
