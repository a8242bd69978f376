import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { API } from './instance.ts';

/** What each route is for, in a sentence; its schemas stand where it is registered. */
const SUMMARIES: Readonly<Record<string, string>> = {
  'GET /healthz': 'Whether the server answers; needs no session.',
  'GET /readyz': 'Whether it can do its work: database, drive, plugins, with reasons; needs no session.',
  'GET /session': 'The token that changes have to carry, the version, where the appdata lies.',
  'GET /alerts': 'What the operator should know of: drive, backups, plugins, database, each with what helps.',
  'GET /roles': 'The roles that a column can have.',
  'POST /uploads': 'Takes a file into the store, as it is; answers its hash.',
  'POST /previews':
    'A look at the beginning of uploads: format, columns, roles, rows, repairs. Nothing is recorded.',
  'POST /plans': 'Exactly what a run would do, what it would cost and take over. Nothing is executed.',
  'GET /runs': 'The recent runs, the newest first, page by page.',
  'POST /runs': 'Begins a run in a process of its own; answers its id.',
  'GET /runs/{id}':
    'One run with its executions (those that have ended, while it is under way), its timeline and its artifacts.',
  'GET /runs/{id}/events':
    'What happens in a run, as server-sent events: status first and last, progress in between (stage, rows, ' +
    'plugin_queued, plugin_started, plugin_progress, plugin_finished with how it ended, provisional). ' +
    'Last-Event-ID goes on from there.',
  'GET /runs/{id}/findings': 'The report of a run in the texts that are shown.',
  'GET /runs/{id}/findings/{finding}': 'One finding with its evidence.',
  'POST /runs/{id}/evidence/{label}/recompute': 'Runs a cited query again and compares.',
  'GET /runs/{id}/evidence/{label}/rows':
    'The rows of the table that a query cites, all of them, in the order in which it cites them.',
  'GET /runs/{id}/timeline':
    'When everything of a run began and ended, from the stored events: stages, plugins, and what each plugin ' +
    'took for each chunk, also while it is under way.',
  'GET /runs/{id}/what-ran': 'What suffices to repeat a run.',
  'GET /runs/{id}/lineage': 'From the upload to each artifact.',
  'GET /runs/{id}/report': 'The bytes of report.json, checked by hash.',
  'GET /runs/{id}/manifest': 'The bytes of run_manifest.json, checked by hash.',
  'GET /runs/{id}/log/{plugin}': 'What a plugin wrote into its log.',
  'GET /runs/{id}/artifacts': 'Every file of a run, each checked by hash.',
  'GET /runs/{id}/artifacts/{*}':
    'One file of a run to download, by its path as it is listed; checked by hash.',
  'GET /runs/{id}/compare/{other}':
    'Two runs: findings new, gone, changed; what differs in configuration and input.',
  'POST /runs/{id}/replay': 'Checks everything by hash and tells the stored result; executes nothing.',
  'POST /runs/{id}/verify': 'Checks hashes and schemas; with recompute, runs the evidence again.',
  'POST /runs/{id}/resume': 'Goes on with a run that ended without a result.',
  'POST /runs/{id}/cancel': 'Ends a run that is under way.',
  'POST /runs/{id}/pin': 'Keeps a run whatever a policy says.',
  'POST /runs/{id}/unpin': 'Lets it go the way of the others again.',
  'POST /runs/{id}/delete': 'Puts a run into the trash.',
  'POST /runs/{id}/undelete': 'Takes a run out of the trash.',
  'POST /runs/{id}/purge': 'Forgets a run in the trash for good; needs the whole id.',
  'POST /runs/{id}/export': 'Makes a repro pack; answers where it can be fetched, once.',
  'POST /runs/{id}/diag': 'Makes a diagnostics bundle; answers where it can be fetched, once.',
  'GET /downloads/{download}': 'A file that was made to be downloaded.',
  'GET /datasets': 'The datasets with their versions.',
  'GET /datasets/{name}': 'A dataset: versions, parts, schema, roles, quality.',
  'GET /datasets/{name}/rows': 'Rows of a dataset, from a row number on.',
  'GET /datasets/{name}/rows/{row}/findings':
    'A row, and the findings that cite it or are about what it holds.',
  'POST /datasets/{name}/delete':
    'Puts a dataset (all its versions), or one version (NAME@VERSION), into the trash.',
  'POST /datasets/{name}/undelete': 'Takes it out of the trash.',
  'POST /datasets/{name}/purge':
    'Removes the data of one version in the trash (NAME@VERSION) for good, as far as nothing else needs them.',
  'GET /trash': 'What is in the trash: runs, and versions of datasets whose data are there.',
  'GET /plugins': 'Every plugin.',
  'GET /plugins/{id}': 'One plugin with its manifest, the schema of its settings, and what it may.',
  'GET /erps': 'The ERPs.',
  'GET /erps/{name}': 'One ERP with its defaults, its known issues and its newest runs.',
};

/** Describes every route that is registered from here on, and serves the description. */
export async function describeRoutes(server: FastifyInstance, version: string): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Statistic Harness',
        version,
        description:
          'One route for each use case. Errors are problem details (RFC 9457) with a code of the catalogue.',
      },
    },
    transform: ({ schema, url, route }) => {
      const summary = SUMMARIES[nameOf(String(route.method), url)];
      return { schema: { ...schema, ...(summary !== undefined && { summary }) }, url };
    },
  });
  server.get(`${API}/openapi.json`, { schema: { hide: true } }, async () => server.swagger());
}

/** `GET /runs/{id}` */
function nameOf(method: string, url: string): string {
  const path = url.startsWith(API) ? url.slice(API.length) : url;
  return `${method} ${path.replace(/:(\w+)/g, '{$1}').replace('*', '{*}')}`;
}
