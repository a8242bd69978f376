/**
 * What a crate MUST have: RO-Crate 1.1 (https://w3id.org/ro/crate/1.1, root data entity, data entities, structure,
 * appendix JSON-LD) and Process Run Crate 0.5 (https://w3id.org/ro/wfrun/process/0.5, the table of requirements), one
 * function a rule, each giving the sentences it finds broken. Written from the texts, not from our code.
 */
export interface Crate {
  readonly '@context': unknown;
  readonly '@graph': readonly Entity[];
}

export type Entity = Readonly<Record<string, unknown>>;

type Rule = (crate: Crate, files: ReadonlySet<string>) => string[];

const list = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
const typesOf = (entity: Entity | undefined): readonly unknown[] => list(entity?.['@type']);
const idsIn = (value: unknown): string[] =>
  list(value).flatMap((item) =>
    typeof item === 'object' && item !== null && '@id' in item ? [String(item['@id'])] : [],
  );
const find = (crate: Crate, id: string): Entity | undefined =>
  crate['@graph'].find((entity) => entity['@id'] === id);
const rootOf = (crate: Crate): Entity | undefined =>
  find(crate, idsIn(find(crate, 'ro-crate-metadata.json')?.['about'])[0] ?? '');
const isAction = (entity: Entity): boolean =>
  typesOf(entity).some((type) => ['CreateAction', 'ActivateAction', 'UpdateAction'].includes(String(type)));
const broken = (holds: boolean, sentence: string): string[] => (holds ? [] : [sentence]);

/** Terms of the two contexts that this project uses; a term in neither would mean nothing. */
const TERMS = new Set(
  `@id @type about actionStatus agent alternateName conformsTo contentSize dateCreated datePublished description encodingFormat
  endTime environment error hasPart identifier instrument license mentions name object result sha256 softwareRequirements
  softwareVersion startTime url value version`.split(/\s+/),
);
const TYPES = new Set([
  'CreativeWork',
  'Dataset',
  'File',
  'PropertyValue',
  'SoftwareApplication',
  'CreateAction',
  'Person',
]);

export const RULES: Readonly<Record<string, Rule>> = {
  'the context is that of RO-Crate 1.1, and that of workflow runs for the terms it adds': (crate) => {
    const contexts = list(crate['@context']);
    return [
      ...broken(contexts.includes('https://w3id.org/ro/crate/1.1/context'), 'no RO-Crate context'),
      ...broken(
        contexts.includes('https://w3id.org/ro/terms/workflow-run/context'),
        'no workflow-run context',
      ),
    ];
  },
  'the descriptor is a CreativeWork about the root, and conforms to RO-Crate 1.1': (crate) => {
    const descriptor = find(crate, 'ro-crate-metadata.json');
    return [
      ...broken(typesOf(descriptor).includes('CreativeWork'), 'no descriptor of type CreativeWork'),
      ...broken(idsIn(descriptor?.['about']).length === 1, 'the descriptor is not about one entity'),
      ...broken(
        idsIn(descriptor?.['conformsTo']).includes('https://w3id.org/ro/crate/1.1'),
        'no conformsTo of RO-Crate 1.1',
      ),
    ];
  },
  'the root is a Dataset whose id ends with a slash, with name, description, license and an ISO 8601 datePublished':
    (crate) => {
      const root = rootOf(crate);
      return [
        ...broken(typesOf(root).includes('Dataset'), 'the root is no Dataset'),
        ...broken(String(root?.['@id']).endsWith('/'), 'the id of the root does not end with /'),
        ...['name', 'description'].flatMap((key) =>
          broken(typeof root?.[key] === 'string' && root[key] !== '', `the root has no ${key}`),
        ),
        ...broken(root?.['license'] !== undefined, 'the root has no license'),
        ...broken(
          /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?$/.test(
            String(root?.['datePublished']),
          ),
          'datePublished is no ISO 8601 date',
        ),
      ];
    },
  'the graph is flat: every property is a literal, or a reference by @id alone': (crate) =>
    crate['@graph'].flatMap((entity) =>
      Object.entries(entity).flatMap(([key, value]) =>
        list(value).flatMap((item) =>
          broken(
            typeof item !== 'object' || (item !== null && Object.keys(item).join() === '@id'),
            `${String(entity['@id'])}.${key} is nested`,
          ),
        ),
      ),
    ),
  'each entity has an id of its own and a type': (crate) => {
    const ids = crate['@graph'].map((entity) => entity['@id']);
    return [
      ...broken(new Set(ids).size === ids.length, 'an id is there twice'),
      ...crate['@graph'].flatMap((entity) =>
        broken(
          typeof entity['@id'] === 'string' && typesOf(entity).length > 0,
          `${String(entity['@id'])} lacks id or type`,
        ),
      ),
    ];
  },
  'whatever is referred to inside the crate is described': (crate) =>
    crate['@graph'].flatMap((entity) =>
      Object.values(entity)
        .flatMap(idsIn)
        .filter((id) => id !== 'https://w3id.org/ro/crate/1.1')
        .flatMap((id) => broken(find(crate, id) !== undefined, `${id} is not described`)),
    ),
  'files are of type File, have relative paths as ids, lie in the crate, and are parts of the root': (
    crate,
    files,
  ) => {
    const parts = new Set(idsIn(rootOf(crate)?.['hasPart']));
    const described = crate['@graph'].filter((entity) => typesOf(entity).includes('File'));
    return [
      ...broken(described.length > 0, 'no file is described'),
      ...described.flatMap((entity) => {
        const id = String(entity['@id']);
        return [
          ...broken(!/^([a-z]+:|\/|\.\.)/i.test(id), `${id} is no path below the root`),
          ...broken(files.has(decodeURIComponent(id)), `${id} is not there`),
          ...broken(parts.has(id), `${id} is no part of the root`),
        ];
      }),
      ...[...parts].flatMap((id) => broken(typesOf(find(crate, id)).includes('File'), `${id} is no File`)),
    ];
  },
  'terms and types are those of the contexts': (crate) =>
    crate['@graph'].flatMap((entity) => [
      ...Object.keys(entity).flatMap((key) => broken(TERMS.has(key), `the term ${key} is unknown`)),
      ...typesOf(entity).flatMap((type) =>
        broken(TYPES.has(String(type)), `the type ${String(type)} is unknown`),
      ),
    ]),
  'Process Run Crate: the root conforms to a CreativeWork with the permalink of the profile': (crate) => {
    const profiles = idsIn(rootOf(crate)?.['conformsTo']).filter((id) =>
      /^https:\/\/w3id\.org\/ro\/wfrun\/process\/\d+\.\d+$/.test(id),
    );
    return [
      ...broken(profiles.length === 1, 'no profile'),
      ...profiles.flatMap((id) =>
        broken(typesOf(find(crate, id)).includes('CreativeWork'), 'the profile is no CreativeWork'),
      ),
    ];
  },
  'Process Run Crate: there is software, with id and type': (crate) =>
    broken(
      crate['@graph'].some((entity) => typesOf(entity).includes('SoftwareApplication')),
      'no software',
    ),
  'Process Run Crate: there are actions, and each has as instrument a tool that is described as software': (
    crate,
  ) => {
    const actions = crate['@graph'].filter(isAction);
    return [
      ...broken(actions.length > 0, 'no action'),
      ...actions.flatMap((action) => {
        const tools = idsIn(action['instrument']);
        return [
          ...broken(tools.length > 0, `${String(action['@id'])} has no instrument`),
          ...tools.flatMap((id) =>
            broken(
              typesOf(find(crate, id)).some((type) =>
                ['SoftwareApplication', 'SoftwareSourceCode', 'ComputationalWorkflow'].includes(String(type)),
              ),
              `the instrument ${id} is no software`,
            ),
          ),
        ];
      }),
    ];
  },
  'Process Run Crate, recommended: actions are mentioned by the root, have names, agents, ends and results': (
    crate,
  ) => {
    const mentioned = new Set(idsIn(rootOf(crate)?.['mentions']));
    const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?\+\d\d:\d\d$/;
    return crate['@graph'].filter(isAction).flatMap((action) => {
      const id = String(action['@id']);
      const ingest = id.startsWith('#ingest-');
      return [
        ...broken(mentioned.has(id), `${id} is not mentioned`),
        ...broken(typeof action['name'] === 'string', `${id} has no name`),
        ...broken(typeof action['description'] === 'string', `${id} has no description`),
        ...broken(
          idsIn(action['agent']).some((agent) =>
            /^(Person|Organization)$/.test(typesOf(find(crate, agent)).join()),
          ),
          `${id} has no agent`,
        ),
        ...broken(ingest || time.test(String(action['endTime'])), `${id} has no end`),
        ...broken(idsIn(action['result']).length > 0, `${id} has no result`),
        ...broken(
          ingest ||
            /^http:\/\/schema\.org\/(Completed|Failed)ActionStatus$/.test(String(action['actionStatus'])),
          `${id} has no status`,
        ),
      ];
    });
  },
};

/** Every rule that a crate breaks, with what breaks it. `files` are those in its folder, by path. */
export function brokenRules(crate: Crate, files: ReadonlySet<string>): string[] {
  return Object.entries(RULES).flatMap(([rule, look]) =>
    look(crate, files).map((sentence) => `${rule}: ${sentence}`),
  );
}
