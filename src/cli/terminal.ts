/** Where a command writes and what it knows of the terminal; tests put their own in place. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** True where stderr is a terminal that a live display can be drawn on. */
  readonly live: boolean;
  readonly columns: number;
}

export const systemTerminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  live: process.stderr.isTTY === true,
  columns: process.stderr.columns ?? 80,
};

/** Rows of cells as an aligned table: the first row is the header. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return `${rows.map(line).join('\n')}\n`;
}

/** A text without the characters that steer a terminal: a hostile file name or cell stays a text. */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    '\ufffd',
  );
}

/** A result as the one JSON document on stdout, with the name of its form first. */
export function documentText(schemaVersion: string, value: object): string {
  return `${JSON.stringify({ schema_version: schemaVersion, ...value })}\n`;
}
