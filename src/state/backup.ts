import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { asDiskFull } from '../base/index.ts';
import { checksumFile, checksumLine } from './backups.ts';
import { connect } from './database.ts';
import { refuseDamage } from './integrity.ts';

/**
 * Copies the committed state of a database to `<folder>/<name>.sqlite`, whole or not at all, with its checksum in a
 * file beside it, and checks the copy. Readers and writers are not disturbed. Returns the path of the copy.
 */
export function backUp(source: string, folder: string, name: string): string {
  const path = freePath(folder, name);
  const temporary = `${path}.tmp`;
  try {
    mkdirSync(folder, { recursive: true });
    rmSync(temporary, { force: true });
    copyThroughSqlite(source, temporary);
    sync(temporary, 'r+');
    writeChecksum(temporary, path);
    renameSync(temporary, path);
    if (process.platform !== 'win32') sync(dirname(path), 'r');
    return path;
  } catch (error) {
    for (const made of [temporary, `${temporary}-journal`, checksumFile(path)]) rmSync(made, { force: true });
    throw asDiskFull(error, path);
  }
}

/** Writes down the hash of a copy before the copy appears under its name. */
function writeChecksum(copy: string, path: string): void {
  writeFileSync(checksumFile(path), checksumLine(copy).replace(/ .*/, `  ${basename(path)}`));
  sync(checksumFile(path), 'r+');
}

// A connection of its own: VACUUM can't run inside the transaction that keeps writers out meanwhile.
function copyThroughSqlite(source: string, target: string): void {
  const reader = connect(source, { readOnly: true });
  try {
    reader.run('VACUUM INTO $target', { target });
  } finally {
    reader.close();
  }
  const copy = connect(target, { readOnly: true });
  try {
    refuseDamage(copy, 'full');
  } finally {
    copy.close();
  }
}

function freePath(folder: string, name: string): string {
  for (let attempt = 1; ; attempt++) {
    const path = join(folder, attempt === 1 ? `${name}.sqlite` : `${name}-${attempt}.sqlite`);
    if (!existsSync(path)) return path;
  }
}

function sync(path: string, mode: 'r' | 'r+'): void {
  const descriptor = openSync(path, mode);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
