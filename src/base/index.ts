// What every layer stands on: canonical JSON, hashes, files that are written whole, errors, clock, paths.
export { type AppPaths, appPaths, defaultAppdata } from './app-paths.ts';
export { parseBytes, shownBytes } from './bytes.ts';
export { canonicalJson, canonicalJsonFile, type Json } from './canonical-json.ts';
export { type CivilDate, dateOfDays, dateText, daysOfDate } from './civil-date.ts';
export {
  ARCHIVE_TIME,
  type Clock,
  daysBefore,
  forwardClock,
  instantAfter,
  millisBetween,
  systemClock,
} from './clock.ts';
export { commandLine, quoted } from './command-line.ts';
export { environmentValue } from './environment.ts';
export { ERROR_CATALOGUE, type ErrorCode, type ErrorParameters } from './error-catalogue.ts';
export { type ExitCode, HarnessError, isSystemError, messageOf } from './errors.ts';
export { failPoint } from './fail-points.ts';
export { unsafeFileName } from './file-names.ts';
export {
  asDiskFull,
  asFileError,
  changeFile,
  copyTree,
  ensureDirectory,
  ensureDirectoryDurably,
  type FileSystem,
  moveDurably,
  readBytes,
  realFileSystem,
  removeTree,
  renameDurably,
  syncFile,
  syncTree,
  writeFileAtomic,
} from './files.ts';
export { entriesBelow, filesBelow, isThere, namesIn, sizeAndAge } from './folders.ts';
export { hashFile, hashJson, hexOf, type Sha256, sha256 } from './hash.ts';
export { randomId } from './identifiers.ts';
export { removeTemporariesOf, temporaryOf } from './leftovers.ts';
export { byCodePoint } from './order.ts';
export { isLeftBehind, LEFTOVER_DAYS, processMark, temporaryBeside } from './process-mark.ts';
export {
  keepSecret,
  processRedactor,
  REDACTED,
  type Redactor,
  redact,
  redactorOf,
  type Secret,
  SHORTEST_SECRET,
} from './redact.ts';
export { nearest } from './suggest.ts';
export { type Turns, takeTurns } from './take-turns.ts';
export { isPidAlive, type Place, processStart, thisPlace, UNKNOWN } from './this-process.ts';
export { userName } from './user-name.ts';
