import { closeSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { writeProcessLog } from './make-data.ts';
import { type Measured, measure } from './measure.ts';
import { benchOptions } from './options.ts';

const LF = 10;

const CHUNKED = ['--plugin-dir', join(import.meta.dirname, 'chunked'), '--plugins', 'moments_by_chunk'];

/** What is done with a tenth more rows, beside the same on all rows in a fresh appdata; the first two have a goal. */
const DEEDS: readonly (readonly [what: string, command: string, flags: readonly string[]])[] = [
  ['ingest alone', 'ingest', []],
  ['ingest and what is computed by chunk', 'run', CHUNKED],
  ['ingest and profile_basic', 'run', ['--plugins', 'profile_basic']],
  ['ingest and all plugins', 'run', []],
];

/** What a tenth more rows cost, as a share of what all rows cost in a fresh appdata, one after the other. */
export async function benchAppend(args: string[]): Promise<void> {
  const options = benchOptions(args);
  const rows = Number(options.rows);
  mkdirSync(options.folder, { recursive: true });
  const inFolder = (name: string) => join(options.folder, name);
  const whole = inFolder(`process-log-${rows + rows / 10}.csv`);
  const [first, more] = [inFolder('append-first.csv'), inFolder('append-more.csv')];
  writeProcessLog(whole, rows + rows / 10);
  cutBehindRow(whole, rows, first, more);
  const appdata = inFolder('append-appdata');
  const fresh = () => rmSync(appdata, { recursive: true, force: true });
  const lines: Record<string, string>[] = [];
  for (const [what, command, flags] of DEEDS) {
    const engine = (...files: readonly string[]): Promise<Measured> => {
      const common = ['--dataset', 'log', '--quiet', '--json', '--appdata', appdata];
      return measure(['bin/stat-harness.mjs', command, ...files, ...flags, ...common]);
    };
    fresh();
    const all = await engine(whole);
    fresh();
    await engine(first);
    const tenth = await engine(more, '--append');
    lines.push(lineOf(what, all, tenth));
  }
  console.table(lines);
  for (const path of [whole, first, more, appdata]) rmSync(path, { recursive: true, force: true });
}

function lineOf(what: string, all: Measured, tenth: Measured): Record<string, string> {
  return {
    what,
    'all rows, s': all.seconds.toFixed(1),
    'a tenth, s': tenth.seconds.toFixed(1),
    'share of the time': (tenth.seconds / all.seconds).toFixed(2),
    'all rows, processor s': all.processorSeconds.toFixed(1),
    'a tenth, processor s': tenth.processorSeconds.toFixed(1),
    'share of the processor time': (tenth.processorSeconds / all.processorSeconds).toFixed(2),
  };
}

/** Writes the header and so many rows of a file without quoted lines to one file, the header and the rest to another. */
function cutBehindRow(path: string, rows: number, first: string, more: string): void {
  const from = openSync(path, 'r');
  const [one, other] = [openSync(first, 'w'), openSync(more, 'w')];
  const block = Buffer.alloc(1 << 20);
  let lines = 0;
  for (let read = 0; (read = readSync(from, block, 0, block.length, null)) > 0; ) {
    const bytes = block.subarray(0, read);
    let at = 0;
    if (lines === 0) writeSync(other, bytes, 0, bytes.indexOf(LF) + 1);
    while (lines <= rows && at < read) {
      const end = bytes.indexOf(LF, at);
      at = end === -1 ? read : end + 1;
      if (end !== -1) lines++;
    }
    writeSync(one, bytes, 0, at);
    writeSync(other, bytes, at, read - at);
  }
  for (const file of [from, one, other]) closeSync(file);
}
