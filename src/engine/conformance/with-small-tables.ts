import { writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type ThrowAwayTable, withThrowAwayTable } from '../../pipeline/index.ts';
import { SMALL_TABLES } from './small-tables.ts';

/** For some hundred rows. */
const SMALL_SECONDS = 60;
/** Rows per chunk that cut a table of some hundred rows in a few, and into many. */
const CUTS = [64, 16];

/** A table that plugins are tried on. */
export interface TrialTable {
  readonly name: string;
  readonly what: string;
  readonly table: ThrowAwayTable;
  /** What an execution on it may take at most; the limits of the plugin hold besides. */
  readonly mostSeconds: number;
  /** Rows per chunk that it is cut into, to compare. */
  readonly cuts: readonly number[];
  readonly isTriedAgain: boolean;
}

/** Reads the small tables, and the operator's file if there is one, and hands them over while they are there. */
export function withSmallTables<T>(
  folder: string,
  data: string | undefined,
  use: (tables: readonly TrialTable[]) => Promise<T>,
): Promise<T> {
  const named = SMALL_TABLES.map(
    ({ name, what, csv, roles, again }) =>
      async (then: (one: TrialTable) => Promise<T>) => {
        const path = join(folder, `${name}.csv`);
        await writeFile(path, csv);
        const options = { format: 'csv', delimiter: ',', quote: '"', header: 'yes' } as const;
        return withThrowAwayTable({ path, options, roles }, (table) =>
          then({
            ...{ name, what, table, mostSeconds: SMALL_SECONDS },
            ...{ cuts: again?.cuts ?? CUTS, isTriedAgain: again !== undefined },
          }),
        );
      },
  );
  const own = (path: string) => (then: (one: TrialTable) => Promise<T>) =>
    withThrowAwayTable({ path: resolve(path) }, (table) =>
      then({
        ...{ name: 'data', what: basename(path), table, mostSeconds: Number.MAX_SAFE_INTEGER },
        ...{ cuts: CUTS, isTriedAgain: false },
      }),
    );
  const readers = data === undefined ? named : [...named, own(data)];
  const readFrom = (at: number, tables: readonly TrialTable[]): Promise<T> => {
    const reader = readers[at];
    return reader === undefined ? use(tables) : reader((one) => readFrom(at + 1, [...tables, one]));
  };
  return readFrom(0, []);
}
