import { closeSync, cpSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { writeProcessLog } from './make-data.ts';
import { type Measured, measure } from './measure.ts';
import { benchOptions } from './options.ts';

const LF = 10;

/**
 * What a tenth more rows cost, beside a run of everything on all rows: appended, without a run and with a run of
 * `profile_basic` and of everything.
 */
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
  const stored = inFolder('append-stored');
  const engine = (command: string, ...rest: string[]): Promise<Measured> => {
    const common = ['--dataset', 'log', '--quiet', '--json', '--appdata', appdata];
    return measure(['bin/stat-harness.mjs', command, ...rest, ...common]);
  };
  const appended = async (command: string, ...rest: string[]): Promise<Measured> => {
    rmSync(appdata, { recursive: true, force: true });
    cpSync(stored, appdata, { recursive: true });
    return engine(command, more, '--append', ...rest);
  };
  rmSync(appdata, { recursive: true, force: true });
  const full = await engine('run', whole);
  rmSync(appdata, { recursive: true, force: true });
  await engine('run', first);
  rmSync(stored, { recursive: true, force: true });
  cpSync(appdata, stored, { recursive: true });
  const measured: [string, Measured][] = [
    [`a run of everything on ${rows + rows / 10} rows`, full],
    ['a tenth appended: ingest', await appended('ingest')],
    ['a tenth appended: run of profile_basic', await appended('run', '--plugins', 'profile_basic')],
    ['a tenth appended: run of everything', await appended('run')],
  ];
  console.table(
    measured.map(([what, { seconds, processorSeconds }]) => ({
      what,
      s: seconds.toFixed(1),
      'processor s': processorSeconds.toFixed(1),
      'of the full run': (processorSeconds / full.processorSeconds).toFixed(2),
    })),
  );
  for (const path of [whole, first, more, appdata, stored]) rmSync(path, { recursive: true, force: true });
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
