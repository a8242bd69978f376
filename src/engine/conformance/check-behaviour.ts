import type { Capability, ValidationCheck } from '../../contract/index.ts';
import { recheckQueries, type ThrowAwayTable } from '../../pipeline/index.ts';
import { ceilingsFor } from '../../plugin-host/index.ts';
import { type Trial, type Tried, tryPlugin } from './try-plugin.ts';
import { verdict, verdictOf } from './verdicts.ts';

/** A table with how a plugin ended on it. */
export interface TriedTable {
  readonly name: string;
  readonly what: string;
  readonly table: ThrowAwayTable;
  readonly mostSeconds: number;
  readonly cuts: readonly number[];
  readonly isTriedAgain: boolean;
  readonly tried: Tried;
}

type Executed = Extract<Tried, { applies: true }>;
type ExecutedTable = TriedTable & { readonly tried: Executed };

/** Above this share of a limit it is said. */
const HIGH_SHARE = 0.8;
const MEBIBYTE = 2 ** 20;

/** How it ended on each table. */
export function checkTables(tables: readonly TriedTable[]): ValidationCheck[] {
  return tables.map(({ name, what, tried }) => {
    if (!tried.applies) return verdict('table', 'not_applicable', `${what}: ${tried.reason}`, name);
    const { status, reason, ok } = tried.outcome;
    const findings = ok?.result.findings.length ?? 0;
    return status === 'ok'
      ? verdict('table', 'pass', `${what}: ok, ${counted(findings, 'finding')}`, name)
      : verdict('table', 'fail', `${what}: ${status}: ${reason}`, name);
  });
}

/** What has to hold over all tables on which it ended ok. */
export async function checkBehaviour(
  trial: Trial,
  tables: readonly TriedTable[],
  functions: readonly string[],
): Promise<ValidationCheck[]> {
  const executed = tables.filter((one): one is ExecutedTable => one.tried.applies);
  const [telling, ...others] = executed
    .filter(({ tried }) => tried.outcome.status === 'ok')
    .toSorted((a, b) => findingsOf(b).length - findingsOf(a).length);
  const again = others.filter(({ isTriedAgain }) => isTriedAgain);
  if (executed.length === 0) {
    const reason = 'no built-in table fits what it needs; try it on one of yours with --data FILE';
    return [verdict('same_bytes', 'warning', reason)];
  }
  return [
    ...(telling === undefined ? [] : await checkAgain(trial, [telling, ...again], functions)),
    checkCapabilities(trial, executed),
    checkKinds(trial, executed),
    ...(telling === undefined ? [] : [await checkEvidence(telling)]),
    checkNotes(executed),
    checkLimits(trial, executed),
  ];
}

/** Executed again, and cut otherwise: where it has most to say, which comes first, and on tables that are odd or longer. */
async function checkAgain(
  trial: Trial,
  tables: readonly [ExecutedTable, ...ExecutedTable[]],
  functions: readonly string[],
): Promise<ValidationCheck[]> {
  const streams = functions.includes('partial');
  const names = tables.map(({ name }) => name).join(', ');
  const unlike: Unlike[] = [];
  const said: SaidOn[] = [];
  for (const one of tables) unlike.push(...(await unlikeBefore(trial, one, streams, said)));
  const differing = unlike.filter(({ cut }) => cut === undefined).map(({ name }) => name);
  const same = verdictOf(
    'same_bytes',
    differing.length === 0 ? undefined : `two results on ${differing.join(', ')} differ`,
    `on ${names}`,
  );
  if (!streams) {
    const reason = 'it has no partial and merge';
    return [
      same,
      ...(['chunks', 'merge', 'provisional'] as const).map((name) => verdict(name, 'not_applicable', reason)),
    ];
  }
  const cut = unlike.flatMap(({ name, cut }) =>
    cut === undefined ? [] : [`cut into chunks of ${cut} rows, ${name} gives another result`],
  );
  const cuts = tables.map(({ name, cuts }) => `${name} cut into chunks of ${cuts.join(' and ')} rows`);
  return [
    same,
    verdictOf('chunks', cut.length === 0 ? undefined : cut.join('; '), `whole, and ${cuts.join(', ')}`),
    await checkMerge(trial, tables[0], cut.length === 0),
    functions.includes('provisional')
      ? checkProvisional(said)
      : verdict('provisional', 'not_applicable', 'it has no provisional'),
  ];
}

/** What it said while it streamed over a table that was cut. */
type SaidOn = Executed['said'] & { readonly name: string };

/** Each time a table is cut: what holds of one may not of another, such as one without any value. */
function checkProvisional(said: readonly SaidOn[]): ValidationCheck {
  const wrong = said.find(({ problem }) => problem !== null);
  const facts = said.reduce((sum, one) => sum + one.facts, 0);
  const names = [...new Set(said.map(({ name }) => name))].join(', ');
  return verdictOf(
    'provisional',
    wrong === undefined ? undefined : `on ${wrong.name}: ${wrong.problem}`,
    `${counted(facts, 'fact')} on ${names}`,
  );
}

/** A table on which a second result differs from the first: as it is, or cut into chunks of so many rows. */
interface Unlike {
  readonly name: string;
  readonly cut?: number;
}

/** One that streams is cut each time, and only where that makes a difference executed as it was. */
async function unlikeBefore(
  trial: Trial,
  one: ExecutedTable,
  streams: boolean,
  said: SaidOn[],
): Promise<Unlike[]> {
  const { name, tried, cuts } = one;
  const unlike: Unlike[] = [];
  if (streams) {
    for (const cut of cuts) {
      if ((await bytesOf(trial, one, { chunkRows: cut }, said)) !== tried.bytes) unlike.push({ name, cut });
    }
    if (unlike.length === 0) return [];
  }
  return (await bytesOf(trial, one, {})) === tried.bytes ? unlike : [{ name }];
}

async function bytesOf(
  trial: Trial,
  { name, table, mostSeconds }: TriedTable,
  how: Parameters<typeof tryPlugin>[2],
  said: SaidOn[] = [],
) {
  const again = await tryPlugin(trial, table, { ...how, mostSeconds });
  if (again.applies) said.push({ ...again.said, name });
  return again.applies ? again.bytes : undefined;
}

async function checkMerge(trial: Trial, one: ExecutedTable, cutIsSame: boolean): Promise<ValidationCheck> {
  const [chunkRows = 1] = one.cuts.slice(-1);
  const fromRight = await bytesOf(trial, one, { mergeFrom: 'right', chunkRows });
  const fromLeft = cutIsSame ? one.tried.bytes : await bytesOf(trial, one, { chunkRows });
  return verdictOf(
    'merge',
    fromRight === fromLeft ? undefined : `merged from the right, ${one.name} gives another result`,
    `chunks of ${chunkRows} rows of ${one.name}, from the left and from the right`,
  );
}

function checkCapabilities({ plugin }: Trial, executed: readonly ExecutedTable[]): ValidationCheck {
  const declared = plugin.manifest.capabilities_required;
  const undeclared = new Set(executed.flatMap(({ tried }) => tried.outcome.undeclaredCapabilities));
  if (undeclared.size > 0) {
    const first = [...undeclared].join(', ');
    return verdict('capabilities', 'fail', `it tried to use ${first}, which its manifest does not declare`);
  }
  const used = new Set(executed.flatMap(({ tried }) => tried.outcome.usedCapabilities ?? []));
  const observed: readonly Capability[] = ['dataset.read', 'artifacts.write'];
  const withheld = declared.filter((capability) => !observed.includes(capability));
  const unused = declared.filter((capability) => observed.includes(capability) && !used.has(capability));
  const warnings = [
    ...(withheld.length === 0 ? [] : [`it declares ${withheld.join(', ')}, which nothing is given here`]),
    ...(unused.length === 0 ? [] : [`it declares ${unused.join(', ')}, and did not use it on these tables`]),
  ];
  return warnings.length === 0
    ? verdict('capabilities', 'pass', [...used].join(', ') || 'it needs none')
    : verdict('capabilities', 'warning', warnings.join('; '));
}

function checkKinds({ plugin }: Trial, executed: readonly ExecutedTable[]): ValidationCheck {
  const { finding_kinds: announced } = plugin.manifest;
  const seen = new Set(executed.flatMap((one) => findingsOf(one).map(({ kind }) => kind)));
  const unknown = executed.find(({ tried }) => /does not announce findings/.test(tried.outcome.reason));
  if (unknown !== undefined) return verdict('finding_kinds', 'fail', unknown.tried.outcome.reason);
  const unseen = announced.filter((kind) => !seen.has(kind));
  const rest = unseen.length === 0 ? '' : `; not on these tables: ${unseen.join(', ')}`;
  return verdict('finding_kinds', 'pass', `seen: ${[...seen].join(', ') || 'none'}${rest}`);
}

/** By a database that has answered nothing yet. */
export async function checkEvidence({ name, table, tried }: ExecutedTable): Promise<ValidationCheck> {
  const result = tried.outcome.ok?.result;
  if (result === undefined) return verdict('evidence', 'not_applicable', 'there is no result');
  const dataset = await table.open();
  try {
    const { queries, problems } = await recheckQueries(result, dataset);
    return verdictOf(
      'evidence',
      problems[0],
      `${counted(queries.checked, 'cited query', 'cited queries')} on ${name}`,
    );
  } finally {
    await dataset.close();
  }
}

/** A finding, a note, or a test, which the report tells of whether it is a finding or not. */
function checkNotes(executed: readonly ExecutedTable[]): ValidationCheck {
  const silent = executed.filter(({ tried }) => {
    const result = tried.outcome.ok?.result;
    return result !== undefined && result.findings.length + result.notes.length + result.tests.length === 0;
  });
  const names = silent.map(({ name }) => name).join(', ');
  return verdictOf(
    'says_something',
    silent.length === 0 ? undefined : `on ${names} it has no finding, no note and no test`,
    'on every table it has a finding, a note or a test',
  );
}

function checkLimits({ plugin }: Trial, executed: readonly ExecutedTable[]): ValidationCheck {
  const { limits, type } = plugin.manifest;
  const { memory_mb, wall_s } = limits;
  const ceilings = ceilingsFor(type);
  const beyond = (['wall_s', 'cpu_s', 'memory_mb', 'output_mb'] as const)
    .filter((name) => limits[name] > ceilings[name])
    .map((name) => `${name} ${limits[name]}, where ${ceilings[name]} is what it gets`);
  const peak = Math.max(...executed.map(({ tried }) => tried.outcome.peakMemoryBytes ?? 0)) / MEBIBYTE;
  const longest = Math.max(...executed.map(({ tried }) => tried.outcome.durationMs ?? 0)) / 1000;
  const high = [
    ...(peak > HIGH_SHARE * memory_mb ? [`${Math.round(peak)} MB of memory_mb ${memory_mb}`] : []),
    ...(longest > HIGH_SHARE * wall_s ? [`${longest.toFixed(1)} s of wall_s ${wall_s}`] : []),
  ].map((use) => `on small tables already ${use}`);
  const used = `at most ${Math.round(peak)} MB of ${memory_mb}, ${longest.toFixed(1)} s of ${wall_s}`;
  return beyond.length + high.length === 0
    ? verdict('limits', 'pass', used)
    : verdict('limits', 'warning', [...beyond, ...high].join('; '));
}

function findingsOf({ tried }: ExecutedTable) {
  return tried.outcome.ok?.result.findings ?? [];
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
