import type { ComponentChildren } from 'preact';
import type { Column, RoleBinding } from '../api/types.ts';
import { typeText } from './column-words.tsx';
import { SomeColumns } from './some-columns.tsx';

export interface ShownRow {
  readonly part: number;
  readonly row_number: number;
  readonly cells: readonly (string | null)[];
}

const NUMBERS = new Set(['integer', 'decimal', 'double']);
const LONGEST = 80;

interface Shown {
  readonly caption: string;
  readonly columns: readonly (Column & { readonly roles?: readonly RoleBinding[] })[];
  readonly rows: readonly ShownRow[];
  readonly parts?: number;
  numberCell?(row: ShownRow): ComponentChildren;
  readonly marked?: { readonly part: number; readonly row: number };
}

/** Rows as they are in the table, each with its number; types and roles stand under the headers. */
export function RowsTable(props: Shown) {
  return (
    <SomeColumns
      all={props.columns.map((column, at) => ({ ...column, at }))}
      nameOf={({ name, sql_name }) => name || sql_name}
    >
      {(columns) => <RowsOf {...props} columns={columns} />}
    </SomeColumns>
  );
}

function RowsOf(
  props: Omit<Shown, 'columns'> & {
    readonly columns: readonly (Shown['columns'][number] & { readonly at: number })[];
  },
) {
  const { caption, columns, rows, numberCell, marked, parts = 1 } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="wide rows" tabIndex={0} aria-label={caption}>
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            <th scope="col" class="num">
              Row
            </th>
            {columns.map(({ name, sql_name, type, roles = [] }) => (
              <th key={sql_name} scope="col" class={NUMBERS.has(type.kind) ? 'num' : ''}>
                <span class="any">{name === '' ? sql_name : name}</span>
                <span class="under">
                  {[typeText(type), ...roles.slice(0, 1).map(({ role }) => role)].join(' · ')}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={`${row.part} ${row.row_number}`}
              class={marked?.part === row.part && marked.row === row.row_number ? 'marked' : ''}
            >
              <th scope="row" class="num">
                {numberCell?.(row) ?? (parts > 1 ? `${row.part}: ${row.row_number}` : row.row_number)}
              </th>
              {columns.map(({ at, sql_name, type }) => (
                <td key={sql_name} class={NUMBERS.has(type.kind) ? 'num' : ''}>
                  <Cell cell={row.cells[at] ?? null} isTime={type.kind === 'timestamp'} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** A time without a zone is easier to read with a space, and without the parts of a second that are none. */
function Cell({ cell, isTime }: { readonly cell: string | null; readonly isTime: boolean }) {
  if (cell === null) return <span class="quiet">missing</span>;
  if (isTime) return <span title={cell}>{cell.replace('T', ' ').replace(/\.0+$/, '')}</span>;
  if (cell.length <= LONGEST) return <bdi>{cell}</bdi>;
  return <bdi title={cell}>{cell.slice(0, LONGEST)}…</bdi>;
}
