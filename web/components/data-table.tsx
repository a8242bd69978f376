import type { ComponentChildren } from 'preact';

export interface Column<T> {
  readonly head: string;
  /** Numbers stand at the right. */
  readonly num?: boolean;
  cell(row: T): ComponentChildren;
}

/**
 * A table of things: a caption for who can't see it, the first column heads each row, wide ones scroll inside their frame,
 * also by keyboard.
 */
export function DataTable<T>(props: {
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly showCaption?: boolean;
  keyOf(row: T, index: number): string;
}) {
  const { caption, columns, rows, keyOf, showCaption = false } = props;
  const [first, ...rest] = columns;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="wide" tabIndex={0} aria-label={caption}>
      <table>
        <caption class={showCaption ? '' : 'unseen'}>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ head, num }) => (
              <th key={head} scope="col" class={num ? 'num' : ''}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={keyOf(row, i)}>
              {first && (
                <th scope="row" class={first.num ? 'num' : ''}>
                  {first.cell(row)}
                </th>
              )}
              {rest.map((column) => (
                <td key={column.head} class={column.num ? 'num' : ''}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
