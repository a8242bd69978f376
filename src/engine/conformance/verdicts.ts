import type { ValidationCheck } from '../../contract/index.ts';

/** What each check holds a plugin against, and what to do where it does not hold. */
export const CHECKS = {
  manifest: [
    'plugin.json says everything that it has to, in the form that it has to',
    'Correct what is named in plugin.json.',
  ],
  engine: [
    'it fits this engine',
    'Change requires.engine_semver or requires.schema_versions in plugin.json, or use another engine.',
  ],
  bundle: [
    'it can be bundled: it imports its own files and the sdk only, and its folder holds plain files only',
    'Take out what is named; a plugin may import only statistic-harness/sdk and its own files.',
  ],
  load: [
    'it can be loaded in the sandbox, where there is nothing but the language',
    'Use nothing at load time but the language and the sdk: no Node, no Deno, no files, no environment.',
  ],
  defaults: [
    'it can run without any setting: all defaults together are valid, and nothing required lacks one',
    'Give each property that config_schema requires a default that config_schema allows.',
  ],
  health: [
    'it can work on this machine',
    'Put right what it names; or set "health": false, if it has nothing to check.',
  ],
  table: [
    'it ends ok on this table, or does not apply to it',
    'Find the reason with the test kit, on a table like this one; then make the plugin say with ctx.note what it can not answer.',
  ],
  same_bytes: [
    'executed twice, it gives the same bytes',
    'Draw only from ctx.random (with "randomness": true), and put into a fixed order whatever you go through.',
  ],
  chunks: [
    'its result does not depend on how the rows are cut into chunks',
    'Let partial depend on the rows of its chunk only, and let merge keep whatever the end needs.',
  ],
  merge: [
    'states can be merged from the left or from the right',
    'Make merge(merge(a, b), c) say the same as merge(a, merge(b, c)): add exactly, with mergeSums or mergeMoments.',
  ],
  provisional: [
    'what it says while it streams is said by the rules, and never fails',
    'Let provisional do with a state of any rows, also of none that have a value, and take every number from its fields.',
  ],
  capabilities: [
    'it uses what it declares, and nothing else',
    'Put what it uses into capabilities_required, and take out what it never uses.',
  ],
  finding_kinds: [
    'it emits only kinds of findings that it announces',
    'Put every kind into finding_kinds, and take out those that nothing emits.',
  ],
  evidence: [
    'every query that is cited gives what is cited, when it is run again',
    'Cite cells with q.cell(row, column) of the query that they came from.',
  ],
  says_something: [
    'where it finds nothing, it says so',
    'Say with ctx.note why there is no finding: nothing was there, too few rows, not the right columns.',
  ],
  limits: [
    'its limits leave room for what it uses, and are not above what plugins of its type get',
    'Change the limit that is named in plugin.json, or use less.',
  ],
} as const satisfies Readonly<Record<string, readonly [title: string, todo: string]>>;

export type CheckName = keyof typeof CHECKS;

/** The verdict of one check; `at` tells the checks of several tables apart. */
export function verdict(
  name: CheckName,
  status: ValidationCheck['status'],
  reason: string,
  at?: string,
): ValidationCheck {
  const [title, todo] = CHECKS[name];
  const id = at === undefined ? name : `${name}:${at}`;
  return { id, title, status, reason, todo: status === 'pass' || status === 'not_applicable' ? '' : todo };
}

/** Passes where nothing speaks against it; else fails with what does. */
export function verdictOf(name: CheckName, problem: string | undefined, otherwise: string): ValidationCheck {
  return problem === undefined ? verdict(name, 'pass', otherwise) : verdict(name, 'fail', problem);
}
