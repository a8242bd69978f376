import { setImmediate } from 'node:timers/promises';
import type { TextTable, TextTableFacts } from '../text-table/text-table-reader.ts';
import { type Framed, JsonBytes } from './json-bytes.ts';
import { asMalformed, cutOff, malformed, recordProblem } from './json-problems.ts';
import type { JsonSource } from './read-json-text.ts';
import { recordLayout } from './record-layout.ts';
import { JsonSyntaxError } from './syntax.ts';

interface Told {
  blank: number;
  rejected: number;
  first: string;
}

/**
 * Reads JSON lines: each line a record. A line that can't be read is rejected and keeps its number; a file most of
 * whose lines can't be read, or whose last line breaks off, is refused.
 */
export async function readJsonLines(
  source: JsonSource,
  table: TextTable,
  onBytes: (bytes: number) => void,
): Promise<TextTableFacts> {
  const { path, shownPath } = source;
  let pause = false;
  const bytes = new JsonBytes(path, shownPath, (read) => {
    pause = true;
    onBytes(read);
  });
  const layout = recordLayout(table, source.header);
  const told: Told = { blank: 0, rejected: 0, first: '' };
  try {
    let records = 0;
    for (let line = nextLine(); line !== undefined; line = nextLine()) {
      if (line.text.trim() === '') {
        told.blank++;
        continue;
      }
      records++;
      try {
        layout.add(line.text, records, line.line);
      } catch (error) {
        reject(error, line, records);
      }
      if (pause) await setImmediate();
      pause = false;
    }
    if (told.rejected * 2 > records) throw malformed(shownPath, mostly(told, records));
  } finally {
    bytes.close();
  }
  return { notes: (columns) => [...notesOn(told), ...layout.notes(columns)] };

  function nextLine(): Framed | undefined {
    try {
      return bytes.nextLine();
    } catch (error) {
      throw asMalformed(error, shownPath);
    }
  }

  function reject(error: unknown, line: Framed, record: number): void {
    const problem = recordProblem(error);
    if (problem === undefined) throw asMalformed(error, shownPath, line, record);
    if (!line.whole && error instanceof JsonSyntaxError && error.cut) throw cutOff(shownPath, line);
    const reason = error instanceof JsonSyntaxError ? `character ${error.at + 1}: ${problem}` : problem;
    if (told.rejected++ === 0) told.first = `line ${line.line}, ${reason}`;
    table.addReject(reason, line.text.trimEnd(), line.line);
  }
}

function mostly({ rejected, first }: Told, records: number): string {
  const lines = records === 1 ? 'its only line is' : `${rejected} of its ${records} lines are`;
  return `${lines} no record (the first: ${first}); --format json reads records that span lines`;
}

function notesOn({ blank, rejected, first }: Told): string[] {
  const lost =
    rejected === 1 ? '1 line could not be read and is' : `${rejected} lines could not be read and are`;
  return [
    ...(rejected > 0 ? [`${lost} kept apart (the first: ${first})`] : []),
    ...(blank > 0 ? [`${blank} blank ${blank === 1 ? 'line was' : 'lines were'} skipped`] : []),
  ];
}
