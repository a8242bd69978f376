// What is asked for stands in the address of Upload, New run and Confirm; here it becomes what the routes are told.

const HASH = 'sha256:';

/** The hashes of the files, in the order of their rows. */
export function uploadsIn(query: URLSearchParams): string[] {
  return query.getAll('u').map((hex) => HASH + hex);
}

export function addUpload(query: URLSearchParams, sha256: string): void {
  const hex = sha256.replace(HASH, '');
  if (!query.getAll('u').includes(hex)) query.append('u', hex);
}

export function dropUpload(query: URLSearchParams, sha256: string): void {
  query.delete('u', sha256.replace(HASH, ''));
}

/** Keys like `type.NAME` with their names. */
export function named(query: URLSearchParams, prefix: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const [key, value] of query)
    if (key.startsWith(`${prefix}.`)) (found[key.slice(prefix.length + 1)] ??= []).push(value);
  return found;
}

const firsts = (of: Record<string, string[]>): Record<string, string> =>
  Object.fromEntries(Object.entries(of).map(([name, [first = '']]) => [name, first]));

const ifAny = <T extends object>(key: string, of: T) => (Object.keys(of).length === 0 ? {} : { [key]: of });

function texts(query: URLSearchParams, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(keys.flatMap((key) => (query.has(key) ? [[key, query.get(key) ?? '']] : [])));
}

const READING = ['format', 'encoding', 'delimiter', 'quote', 'header', 'date_order', 'sheet'];

const isOfReading = (key: string): boolean =>
  READING.includes(key) || key === 'table' || key.startsWith('type.') || key.startsWith('role.');

/** Something was said of how the files are to be read. */
export function saysHowToRead(query: URLSearchParams): boolean {
  return [...query.keys()].some(isOfReading);
}

/** Takes back everything that was said of how the files are to be read. */
export function readAsGuessed(query: URLSearchParams): void {
  for (const key of [...query.keys()].filter(isOfReading)) query.delete(key);
}

/** How the files are to be read, where that is not left to the program. */
function ingestOf(query: URLSearchParams): object {
  const table = query.get('table') ?? '';
  const read = {
    ...texts(query, READING),
    ...(table !== '' && { table: /^[1-9]\d{0,8}$/.test(table) ? Number(table) : table }),
    ...ifAny('types', firsts(named(query, 'type'))),
  };
  return ifAny('ingest', read);
}

/** The body of `POST /previews`. */
export function previewBody(query: URLSearchParams): object | null {
  const uploads = uploadsIn(query);
  if (uploads.length === 0) return null;
  return {
    uploads,
    ...texts(query, ['dataset', 'erp', 'kind']),
    ...(query.has('append') && { append: true }),
    ...ingestOf(query),
    ...ifAny('roles', named(query, 'role')),
  };
}

/** Which rows are asked about: what is known of others says nothing of them. */
export function subjectOf(query: URLSearchParams): string {
  return [query.get('version') ?? '', ...uploadsIn(query)].join(' ');
}

/** The plugins that were chosen, also none; undefined where that is left to the program. */
export function pluginsIn(query: URLSearchParams): readonly string[] | undefined {
  return query.get('plugins')?.split(',').filter(Boolean);
}

/** The body of `POST /plans` and `POST /runs`; null where there is nothing to run on yet. */
export function runBody(query: URLSearchParams): object | null {
  const [uploads, version] = [uploadsIn(query), query.get('version') ?? ''];
  if (uploads.length === 0 && version === '') return null;
  const { dataset: name, ...dataset } = texts(query, ['dataset', 'erp', 'kind']);
  const fraction = query.get('sample');
  const by = query.get('sample_by');
  const config = {
    ...ifAny('dataset', { ...(name !== undefined && { name }), ...dataset }),
    ...ingestOf(query),
    ...ifAny('roles', named(query, 'role')),
    ...ifAny('plugins', settingsIn(query)),
    ...(fraction !== null && { sample: by === null ? fraction : { fraction, by } }),
    ...texts(query, ['seed', 'memory']),
    ...(query.has('workers') && { workers: Number(query.get('workers')) }),
  };
  const plugins = pluginsIn(query);
  if (plugins?.length === 0) return null;
  const network = query.getAll('net');
  return {
    ...(uploads.length > 0 ? { uploads } : { version }),
    ...(query.has('append') && { append: true }),
    ...(query.has('force') && { force: true }),
    ...(plugins && { plugins }),
    ...(network.length > 0 && { allow_network: network }),
    config,
  };
}

/** `set.PLUGIN.KEY` holds the value as JSON. */
function settingsIn(query: URLSearchParams): Record<string, { settings: Record<string, unknown> }> {
  const plugins: Record<string, { settings: Record<string, unknown> }> = {};
  for (const [path, text] of Object.entries(firsts(named(query, 'set')))) {
    const [id = '', key = ''] = path.split('.');
    const value = settingValue(text);
    if (value !== undefined) (plugins[id] ??= { settings: {} }).settings[key] = value;
  }
  return plugins;
}

/** A setting out of the address; undefined for a text that somebody spoiled. */
function settingValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
