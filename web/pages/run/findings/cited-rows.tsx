import type { ShownQuery } from '../../../api/types.ts';
import { useRowsOfRun } from '../rows-of-run.ts';

const LINKED = 12;

/** The rows of the table that a query cites: each leads to the row itself, and to every finding that cites it. */
export function CitedRows({ cited, words }: { readonly cited: ShownQuery['cited']; readonly words: string }) {
  const rows = useRowsOfRun();
  const hasParts = cited.some(({ part }) => part > 1);
  return (
    <div class="small any">
      <p>Rows cited, by their number in the source: {words}.</p>
      {rows && 'gone' in rows && <p class="warn">They can't be shown: {rows.gone}</p>}
      {rows && 'rowAt' in rows && (
        <ul class="row" aria-label="Rows cited">
          {cited.slice(0, LINKED).map(({ part, row_number }) => (
            <li key={`${part} ${row_number}`}>
              <a href={rows.rowAt(part, row_number)}>
                Row {row_number}
                {hasParts && ` of part ${part}`}
              </a>
            </li>
          ))}
          {cited.length > LINKED && <li class="quiet">the others: run it again</li>}
        </ul>
      )}
    </div>
  );
}
