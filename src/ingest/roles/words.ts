import type { Hint } from './hint.ts';
import { SHAKY, WORDS_OF_LANGUAGES } from './languages.ts';

const WORDS: Readonly<Record<Hint, string>> = {
  time: 'dt date time timestamp ts at on datetime tm dttm tms tstamp dte utc when',
  id: 'id ids key no nr nbr num number pk uid uuid guid seq sequence identifier oid sk fk',
  label: 'cd code cde nm name descr desc description title label',
  kind: 'type typ class category kind group',
  queue: 'queue queued que enqueue enqueued queueing submit submitted submission',
  request: 'request requested req create created creation arrival arrived received insert inserted entered',
  eligible: 'eligible eligibility ready released release runnable',
  start: 'start started starting begin began strt launch launched dispatched',
  end: 'end ended ending finish finished complete completed completion stop stopped',
  work: 'process job task program proc prog procedure operation step workflow',
  activity: 'activity action',
  event: 'event evt',
  run: 'run execution exec execute instance invocation',
  module: 'module mod area subsystem subsys application app component',
  host: 'machine host hostname server srvr node worker computer box',
  resource: 'resource performer agent executor assignee',
  user: 'user users usr username operator requestor requester submitter login owner initiator',
  by: 'by',
  status: 'status state result outcome sts stat exitcode rc',
  depends: 'dep depend depends dependency dependent prereq prerequisite predecessor pred upstream precursor',
  parent: 'parent caller spawner',
  chain: 'chain master root',
  parameters: 'param params parameter parameters parm parms arg args argument arguments',
  schedule: 'schedule scheduled sched scheduler trigger',
  priority: 'priority prio prty urgency',
  attempts: 'attempt attempts retry retries tries',
  duration: 'duration elapsed runtime dur',
  wait: 'wait waiting waited delay delayed lag latency',
  second: 'sec secs second seconds',
  other_unit: 'min mins minute minutes hr hrs hour hours ms msec millis millisecond milliseconds days',
  case: 'case trace',
  dossier: 'ticket incident claim application_no matter patient order',
  lifecycle: 'lifecycle transition phase stage',
  row: 'row record rec entry line log index',
  planned:
    'plan planned planning expected estimated est target due deadline scheduled_for assigned preferred',
  changed:
    'update updated upd modify modified mod_dt change changed last archived purged purge loaded load extracted',
  calendar:
    'accounting acct period month year quarter fiscal effective birth expiry expire expires valid business',
  flag: 'flag flg is has ind indicator yn bool boolean enabled active deleted',
  count: 'count cnt qty quantity pieces units rows records size bytes length width height weight',
  amount:
    'amount amt price cost costs total subtotal revenue sales value balance tax vat fee net gross discount profit margin salary wage rate percent pct ratio score turnover payment',
  trade:
    'customer client product item sku order invoice vendor supplier store shop buyer seller ship shipped shipping delivery subscription plan_name trip ride passenger brand salesperson campaign',
  reading:
    'temperature temp humidity pressure voltage speed rpm flow sensor reading measurement measure signal vibration co2 pm10 power energy load_kw wind rain level',
  geo: 'country city town region province county latitude longitude lat lon lng long geo location address street place site continent territory iso2 iso3',
  postal: 'zip zipcode postal postcode plz',
  currency: 'currency ccy cur curr iso4217',
  prose:
    'comment comments note notes remark remarks message msg text body memo narrative summary subject error',
  actual: 'local actual executed real',
  noise: 'weekend vendor calendar trend backend frontend endpoint dependents sender gender spend weekday',
};

/** English goes last: what a word means in English counts. */
const HINT_OF: ReadonlyMap<string, Hint> = new Map([...hintsOf(WORDS_OF_LANGUAGES), ...hintsOf(WORDS)]);

/** Words of other languages are pieces of longer words only if they are long enough not to occur by chance. */
const PIECES: ReadonlySet<string> = new Set([
  ...hintsOf(WORDS).map(([word]) => word),
  ...hintsOf(WORDS_OF_LANGUAGES)
    .map(([word]) => word)
    .filter((word) => word.length >= 4),
]);

/** Small words that link others (`date de fin`). */
const LINKS: ReadonlySet<string> = new Set(['de', 'del', 'du', 'la', 'le', 'el']);

function hintsOf(lists: Readonly<Partial<Record<Hint, string>>>): [string, Hint][] {
  return Object.entries(lists).flatMap(([hint, words]) =>
    words.split(' ').map((word): [string, Hint] => [word, hint as Hint]),
  );
}

/** A header, cut into words, and what they hint at. */
export interface Name {
  readonly header: string;
  /** Lower case and without accents, in order. */
  readonly words: readonly string[];
  readonly hints: ReadonlySet<Hint>;
}

/**
 * Cuts a header at separators, at changes of case and between letters and digits. A word that is not known is cut
 * further only if known words cover all of it (`enddate`, but not the `end` in `dependency`).
 */
export function readName(header: string): Name {
  const words = header
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .map((word) => word.toLowerCase())
    .filter((word) => word !== '')
    .flatMap((word) => (HINT_OF.has(word) ? [word] : (segments(word) ?? [word])));
  const hints = new Set<Hint>();
  for (const word of words) {
    const hint = HINT_OF.get(word);
    if (hint !== undefined && hint !== 'noise') hints.add(hint);
  }
  const shaky = words.map((word) => SHAKY[word]).filter((hint) => hint !== undefined);
  const sure = words.filter((word) => SHAKY[word] === undefined);
  if (sure.every((word) => HINT_OF.get(word) === 'time' || LINKS.has(word)))
    for (const hint of shaky) hints.add(hint);
  return { header, words, hints };
}

/** The fewest known words of at least two letters that cover the whole word, or undefined. */
function segments(word: string): string[] | undefined {
  if (word.length < 4 || word.length > 40) return undefined;
  const best: (string[] | undefined)[] = [[]];
  for (let end = 1; end <= word.length; end++) {
    for (let start = 0; start < end - 1; start++) {
      const before = best[start];
      const piece = word.slice(start, end);
      if (before === undefined || !PIECES.has(piece)) continue;
      const known = best[end];
      if (known === undefined || before.length + 1 < known.length) best[end] = [...before, piece];
    }
  }
  return best[word.length];
}
