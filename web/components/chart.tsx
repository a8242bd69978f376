import { useEffect, useRef, useState } from 'preact/hooks';
import type { ShownChart } from '../api/types.ts';
import { countText } from './shown.tsx';

/** A chart as the report draws it, with its words; its data as a table on demand. */
export function Chart({ chart }: { readonly chart: ShownChart }) {
  const [asTable, setAsTable] = useState(false);
  const { title, alternative, svg, reason, query } = chart;
  return (
    <figure class="chart">
      <div class="row spread">
        <h4 class="any">{title}</h4>
        <button type="button" class="bare" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? 'Show as chart' : 'Show as table'}
        </button>
      </div>
      {asTable ? (
        <ChartTable chart={chart} />
      ) : svg === null ? (
        <p class="quiet">Not drawn: {reason}</p>
      ) : (
        <Drawing svg={svg} words={`${title}. ${alternative}`} />
      )}
      <figcaption>
        {alternative} Data: query {query.label}.
      </figcaption>
    </figure>
  );
}

/** The engine's SVG, read in a document of its own, where nothing is executed, and moved here. */
function Drawing({ svg, words }: { readonly svg: string; readonly words: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const drawn = new DOMParser().parseFromString(svg, 'text/html').querySelector('svg');
    if (drawn !== null) place.current?.replaceChildren(drawn);
  }, [svg]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide chart scrolls, also by keyboard
    <div class="drawing" ref={place} role="img" aria-label={words} tabIndex={0} />
  );
}

function ChartTable({ chart }: { readonly chart: ShownChart }) {
  const { columns, rows, row_count, title } = chart;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="wide tall" tabIndex={0} aria-label={`Data of ${title}`}>
      <table>
        <caption>
          {countText(row_count, 'row', 'rows')}
          {row_count > rows.length && `, the first ${rows.length}`}
        </caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {row.map((cell, j) => (
                <td key={columns[j]} class="any">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
