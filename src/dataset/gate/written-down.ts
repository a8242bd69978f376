import { refuse } from './refuse.ts';
import { literalText, type Tree, textOf, treeOf, treesOf } from './tree.ts';

const MOST_REPEATED = 1000;

/** How often a value is repeated: a number that is written down. */
export function timesWritten(name: string, child: Tree | undefined): number {
  const times = child === undefined ? Number.NaN : Number(literalText(child) ?? 'none');
  if (!(Math.abs(times) <= MOST_REPEATED))
    refuse(`${name} takes a number that is written down, at most ${MOST_REPEATED}`);
  return Math.abs(times);
}

/** How often what was found is repeated by what replaces it. */
export function groupsIn(replacement: Tree | undefined, otherwise: number): number {
  const text = replacement === undefined ? undefined : literalText(replacement);
  if (text === undefined) return otherwise;
  return text.split('\\').length - 1;
}

/** How many paths are asked for; each has to be written down. */
export function pathsIn(paths: readonly Tree[]): number {
  return paths.reduce((sum, path) => {
    // With .. each level of a text gives all levels below it.
    if (literalText(path)?.includes('..')) refuse('a path into JSON with .. may not be used');
    if (textOf(path, 'class') === 'CONSTANT') return sum + 1;
    if (textOf(path, 'class') === 'CAST') return sum + pathsIn([treeOf(path, 'child')]);
    if (!['list_value', 'list_pack'].includes(textOf(path, 'function_name')))
      refuse('a path into JSON has to be written down, as text');
    return sum + pathsIn(treesOf(path, 'children'));
  }, 0);
}
