import { byCodePoint, HarnessError } from '../base/index.ts';
import type { PluginManifest } from '../contract/index.ts';

type Node = Pick<PluginManifest, 'id' | 'depends_on'>;

/**
 * Checks the plugin graph and gives the ids in an order in which each comes after what it depends on; ties by id.
 * Throws SH_PLAN_CYCLE with the exact path of the first cycle.
 */
export function dependencyOrder(nodes: readonly Node[]): string[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ordered: string[] = [];
  const state = new Map<string, 'open' | 'done'>();

  const visit = (id: string, path: readonly string[]): void => {
    if (state.get(id) === 'done') return;
    if (state.get(id) === 'open') throw cycleError([...path.slice(path.indexOf(id)), id]);
    state.set(id, 'open');
    for (const dependency of dependenciesOf(byId.get(id), byId)) visit(dependency, [...path, id]);
    state.set(id, 'done');
    ordered.push(id);
  };
  for (const id of [...byId.keys()].sort(byCodePoint)) visit(id, []);
  return ordered;
}

function dependenciesOf(node: Node | undefined, known: ReadonlyMap<string, Node>): string[] {
  const ids = (node?.depends_on ?? []).map((dependency) => dependency.id);
  return ids.filter((id) => known.has(id)).sort(byCodePoint);
}

function cycleError(cycle: readonly string[]): HarnessError {
  const last = cycle.at(-2) ?? '';
  return new HarnessError('SH_PLAN_CYCLE', {
    path: cycle.join(' → '),
    suggestion: `${last} on ${cycle.at(-1) ?? ''}`,
    disable: '',
  });
}
