const NUMBER = /^-?\d+(\.\d+)?$/;

/** Cells as exact text, as a query gave them; the first column heads each row. */
export function CellTable(props: {
  readonly caption: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** Where the head of each row leads. */
  readonly hrefs?: readonly string[];
}) {
  const { caption, heads, rows, hrefs } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="wide tall" tabIndex={0} aria-label={caption}>
      <table class="cells">
        <caption>{caption}</caption>
        <thead>
          <tr>
            {heads.map((head, i) => (
              <th key={i} scope="col" class={i > 0 && isOfNumbers(rows, i) ? 'num' : ''}>
                {head === '' ? <span class="unseen">Row of the result</span> : head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {row.map((cell, j) =>
                j === 0 ? (
                  <th key="head" scope="row" class="quiet">
                    {hrefs?.[i] === undefined ? cell : <a href={hrefs[i]}>{cell}</a>}
                  </th>
                ) : (
                  <td key={j} class={cell !== null && NUMBER.test(cell) ? 'num' : ''}>
                    {cell === null ? <span class="quiet">null</span> : <bdi>{cell}</bdi>}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function isOfNumbers(rows: readonly (readonly (string | null)[])[], place: number): boolean {
  const cells = rows.flatMap((row) => row[place] ?? []);
  return cells.length > 0 && cells.every((cell) => NUMBER.test(cell));
}
