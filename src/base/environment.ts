/** An environment variable of this process, read now; undefined where it is not set. */
export function environmentValue(name: string): string | undefined {
  return process.env[name];
}
