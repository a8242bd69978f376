import type { ComponentChildren } from 'preact';
import { put, useQuery } from '../api/use-query.ts';
import { Find } from './filters.tsx';
import { countText } from './shown.tsx';

/** So many columns are shown at a time: a browser that draws a thousand heeds nobody for seconds. */
const AT_A_TIME = 50;

/**
 * A few columns of a table that may have thousands, with the way to the others, and to one by its name. Which ones stands
 * in the address, so that everything on a page that is about columns shows the same.
 */
export function SomeColumns<T>(props: {
  readonly all: readonly T[];
  nameOf(column: T): string;
  children(shown: readonly T[]): ComponentChildren;
}) {
  const { all, nameOf, children } = props;
  const { query, change } = useQuery();
  if (all.length <= AT_A_TIME) return <>{children(all)}</>;
  const words = query.get('column') ?? '';
  const found =
    words === '' ? all : all.filter((one) => nameOf(one).toLowerCase().includes(words.toLowerCase()));
  const asked = Number(query.get('columns_from') ?? 1) - 1;
  const from = asked >= 0 && asked < found.length ? asked : 0;
  const to = Math.min(found.length, from + AT_A_TIME);
  const step = (by: number) =>
    change((next) => put(next, 'columns_from', String(Math.max(0, from + by) + 1).replace(/^1$/, '')));
  return (
    <div class="stack">
      <div class="filters">
        <Find
          label="Find a column"
          value={words}
          onChange={(column) =>
            change((next) => {
              put(next, 'column', column);
              next.delete('columns_from');
            })
          }
        />
        <button type="button" disabled={from === 0} onClick={() => step(-AT_A_TIME)}>
          Columns before
        </button>
        <button type="button" disabled={to === found.length} onClick={() => step(AT_A_TIME)}>
          Columns after
        </button>
        <p class="quiet small told-count" aria-live="polite">
          {found.length === 0
            ? 'no column has this name'
            : `${from + 1} to ${to} of ${countText(found.length, 'column', 'columns')}`}
        </p>
      </div>
      {children(found.slice(from, to))}
    </div>
  );
}
