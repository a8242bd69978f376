import { closeSync, openSync, writeSync } from 'node:fs';
import { asDiskFull } from '../../base/index.ts';
import { fitForced } from '../typing/forced-type.ts';
import { type CsvRecord, UNQUOTED } from './records.ts';
import { eachRow, type ScanPlan } from './scan.ts';

const BLOCK = 4 << 20;
const LF = 10;

/**
 * Writes a file's rows again in the plainest CSV: no header, one LF per record, each preceded by its row number and
 * physical line, loose quotes quoted, cells that a forced type rejects left empty. For files whose records and lines
 * don't run in step, so that nothing is left to the reader's judgement.
 */
export async function rewriteCsv(plan: ScanPlan, target: string): Promise<void> {
  const file = openSync(target, 'wx');
  const out = blockWriter(file);
  try {
    await eachRow(plan, (record, row) => {
      out.text(`${row}`);
      out.byte(plan.dialect.delimiter);
      out.text(`${record.line}`);
      for (let field = 0; field < record.fields; field++) {
        out.byte(plan.dialect.delimiter);
        const forced = plan.forced[field];
        const rejected =
          forced !== undefined && forced.kind !== 'text' && fitForced(forced, record, field) === undefined;
        if (!rejected) writeField(out, record, field, plan.dialect.quote);
      }
      out.byte(LF);
    });
    out.flush();
  } catch (error) {
    throw asDiskFull(error, target);
  } finally {
    closeSync(file);
  }
}

interface BlockWriter {
  byte(value: number): void;
  text(ascii: string): void;
  bytes(source: Buffer, start: number, end: number): void;
  flush(): void;
}

function writeField(out: BlockWriter, record: CsvRecord, field: number, quote: number): void {
  const start = record.starts[field] ?? 0;
  const end = record.ends[field] ?? 0;
  if (record.forms[field] !== UNQUOTED) {
    out.bytes(record.bytes, start - 1, end + 1);
    return;
  }
  if (record.looseQuotes === 0) {
    out.bytes(record.bytes, start, end);
    return;
  }
  if (start === end) return;
  out.byte(quote);
  for (let at = start; at < end; at++) {
    const byte = record.bytes[at] ?? 0;
    if (byte === quote) out.byte(quote);
    out.byte(byte);
  }
  out.byte(quote);
}

function blockWriter(file: number): BlockWriter {
  const block = Buffer.allocUnsafe(BLOCK);
  let used = 0;
  const flush = (): void => {
    writeFully(file, block, used);
    used = 0;
  };
  const room = (bytes: number): void => {
    if (used + bytes > BLOCK) flush();
  };
  return {
    flush,
    byte(value) {
      room(1);
      block[used++] = value;
    },
    text(ascii) {
      room(ascii.length);
      used += block.write(ascii, used, 'latin1');
    },
    bytes(source, start, end) {
      room(end - start);
      if (end - start > BLOCK) writeFully(file, source.subarray(start, end), end - start);
      else used += source.copy(block, used, start, end);
    },
  };
}

function writeFully(file: number, bytes: Buffer, length: number): void {
  for (let written = 0; written < length; ) written += writeSync(file, bytes, written, length - written);
}
