const NO_JOB = 'names what is no job of this log';

/** Says of names in a setting that no run has them. */
export function noJobOfLog(key: string, names: readonly string[]): string {
  return `The setting ${key} ${NO_JOB}: ${quotedNames(names)}.`;
}

/** Whether a note is one of those. */
export function saysNoJobOfLog(note: string): boolean {
  return note.startsWith('The setting ') && note.includes(` ${NO_JOB}: `);
}

export function quotedNames(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
