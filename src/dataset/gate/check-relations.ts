import { refuse } from './refuse.ts';
import { type Tree, type TreeValue, textOf, walk } from './tree.ts';

/**
 * To plan a join takes DuckDB time that grows with the cube of the relations and more, and planning can't be stopped:
 * 40 take half a second, 100 many minutes.
 */
const MAX_JOINED = 40;
const MAX_RELATIONS = 1000;

/** Refuses a statement that reads so many relations that to plan it would take for ever. Branches of a union are planned alone. */
export function checkRelations(statement: Tree): void {
  let all = 0;
  walk(statement, (tree) => {
    if (isRelation(tree)) all += 1;
  });
  if (all > MAX_RELATIONS) refuse(`it reads ${all} relations; at most ${MAX_RELATIONS}`);
  const joined = mostJoined(statement);
  if (joined > MAX_JOINED) {
    refuse(`it reads ${joined} relations together; at most ${MAX_JOINED} outside of a union: ask in pieces`);
  }
}

function isRelation(tree: Tree): boolean {
  const type = textOf(tree, 'type');
  return 'sample' in tree && (type === 'BASE_TABLE' || type === 'TABLE_FUNCTION');
}

/** Relations that are planned together: of a union those of its largest branch, of everything else all inside. */
function mostJoined(value: TreeValue | undefined): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inside = Object.values(value).map(mostJoined);
  if (Array.isArray(value)) return sum(inside);
  if (textOf(value, 'type') !== 'SET_OPERATION_NODE') return sum(inside) + (isRelation(value) ? 1 : 0);
  const { left, right, children, ...rest } = value;
  const branches = [left, right, ...(Array.isArray(children) ? children : [])].map(mostJoined);
  return Math.max(...branches) + sum(Object.values(rest).map(mostJoined));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
