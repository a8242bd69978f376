// The program's texts name options and commands, as the command line has them. Here they get the words of the page, where
// the page does the same.

/** What sets the same on the page, by its label. */
const FIELDS: Readonly<Record<string, string>> = {
  '--append': 'Put these rows behind those of that version',
  '--dataset': 'Dataset',
  '--date-order': 'Dates like 1/2/2025',
  '--delimiter': 'Delimiter',
  '--encoding': 'Encoding',
  '--erp': 'ERP',
  '--force': 'Compute everything again',
  '--format': 'Format',
  '--header': 'First line',
  '--kind': 'Kind of data',
  '--memory': 'Memory',
  '--no-header': 'First line',
  '--plugins': 'Questions',
  '--quote': 'Quote',
  '--roles': 'Role',
  '--sample': 'Share of the rows',
  '--sample-by': 'Draw whole cases by',
  '--seed': 'Seed',
  '--sheet': 'Sheet',
  '--table': 'Table',
  '--type': 'Type',
  '--workers': 'Workers',
};

/** What does the same as a command, by how that begins. */
const PLACES: readonly (readonly [command: string, words: string])[] = [
  ['datasets list', '“Datasets”'],
  ['datasets undelete', '“Restore” in the trash'],
  ['ingest FILE', '“Upload”'],
  ['plugins list', '“New run”'],
  ['plugins show', '“New run”'],
  ['run FILE', '“Upload”'],
  ['runs cancel', '“Cancel” on its page'],
  ['runs list', '“Activity”'],
  ['runs resume', '“Resume” on its page'],
  ['runs show', '“Plugins” on the page of the run'],
  ['runs undelete', '“Restore” in the trash'],
  ['runs unpin', '“Unpin” on its page'],
  ['runs watch', 'its page tells how far it is'],
];

/** Only there: that somebody's process is gone is nothing that the page can know. */
const NOT_HERE = '--owner-is-gone';

/** A text of the program in the words of the page; what the page has nothing for stays as it is. */
export function pageWords(text: string): string {
  return text
    .replace(/"stat-harness ([^"]+)"/g, (whole, command: string) => {
      const place = PLACES.find(([begins]) => command.startsWith(begins));
      return place === undefined || command.includes(NOT_HERE) ? whole : place[1];
    })
    .replace(/(?<![\w.-])--[a-z][a-z-]*(?!\.?[\w-])/g, (option, at: number, whole: string) => {
      const field = FIELDS[option];
      return field === undefined || isInCommand(whole, at) ? option : `“${field}”`;
    });
}

/** A command that stays is one to be copied: its options stay too. */
function isInCommand(text: string, at: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', at) + 1, at);
  return line.includes('stat-harness ');
}
