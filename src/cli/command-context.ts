import type { Terminal } from './terminal.ts';

/** What each command is given besides its arguments. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Sets the exit code of a command that ended without an error. */
  exit(code: number): void;
}
