import { ERROR_CATALOGUE, type ErrorCode, type ErrorParameters } from './error-catalogue.ts';

/** Why the program ends: the operator's usage or input, integrity, a failed run, a policy, an interruption. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 130;

/**
 * An error that the operator can act on. Message, hint and exit code come from the catalogue, filled with the
 * parameters; it is shown without a stack. Anything else that is thrown is a bug.
 */
export class HarnessError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'HarnessError';
  readonly code: C;
  readonly parameters: ErrorParameters<C>;
  readonly hint: string;
  readonly exitCode: ExitCode;

  constructor(code: C, parameters: ErrorParameters<C>, options?: ErrorOptions) {
    const entry = ERROR_CATALOGUE[code];
    super(fill(entry.message, parameters), options);
    this.code = code;
    this.parameters = parameters;
    this.hint = fill(entry.hint, parameters);
    this.exitCode = entry.exit;
  }

  /** The error as a JSON document (`--json`, HTTP problem details). */
  toDocument(): { code: string; message: string; hint: string; parameters: Record<string, string | number> } {
    return { code: this.code, message: this.message, hint: this.hint, parameters: { ...this.parameters } };
  }
}

/** Fills in the parameters. What stands in square brackets is left out where a parameter in it is empty. */
function fill(template: string, parameters: Readonly<Record<string, string | number>>): string {
  const isEmpty = (part: string) =>
    [...part.matchAll(/\{(\w+)\}/g)].some(([, name = '']) => parameters[name] === '');
  return template
    .replace(/\[([^\]]*)\]/g, (_, part: string) => (isEmpty(part) ? '' : part))
    .replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));
}

/** True when `error` came from the operating system with one of these codes (`ENOENT` …). */
export function isSystemError(error: unknown, ...codes: string[]): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
