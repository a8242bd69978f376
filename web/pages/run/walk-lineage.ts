import type { Trace } from '../../api/types.ts';

/** Everything that an entity was made of, and everything that was made of it; itself is in neither. */
export function walk(
  { edges }: Trace,
  start: string,
): { readonly back: ReadonlySet<string>; readonly forth: ReadonlySet<string> } {
  return {
    back: reach(
      start,
      Map.groupBy(edges, ({ to }) => to),
      ({ from }) => from,
    ),
    forth: reach(
      start,
      Map.groupBy(edges, ({ from }) => from),
      ({ to }) => to,
    ),
  };
}

type Edge = Trace['edges'][number];

function reach(
  start: string,
  edges: ReadonlyMap<string, readonly Edge[]>,
  next: (edge: Edge) => string,
): ReadonlySet<string> {
  const reached = new Set<string>();
  const todo = [start];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    for (const edge of edges.get(at) ?? []) {
      const id = next(edge);
      if (reached.has(id) || id === start) continue;
      reached.add(id);
      todo.push(id);
    }
  }
  return reached;
}
