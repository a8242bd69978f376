import { readdirSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { readPluginCosts } from '../bench/plugin-costs.ts';
import { ERROR_CATALOGUE } from '../src/base/index.ts';
import { buildProgram } from '../src/cli/program.ts';
import type { PluginManifest } from '../src/contract/index.ts';
import { SOUGHT, type Sought } from '../src/report/evaluate/sought.ts';
import { describedRoutes } from './http-routes.ts';
import { sdkLines } from './sdk-page.ts';

const SDK_LEAD =
  'Everything that `statistic-harness/sdk` exports; a plugin imports nothing else. First what a plugin is given and gives, ' +
  'member by member (`?`: may be left out), and the keys of its manifest; then every function, in a line each. How they go together: [Write a plugin](../guides/write-a-plugin.md).';

/** The pages of docs/reference that are made from the code, by file name. */
export async function referencePages(): Promise<Record<string, string>> {
  return {
    'http.md': await httpPage(),
    'errors.md': errorsPage(),
    'command-line.md': commandLinePage(),
    'methods.md': methodsPage(),
    'kinds-of-truth.md': kindsOfTruthPage(),
    'sdk.md': page('The sdk', SDK_LEAD, sdkLines()),
  };
}

const HTTP_LEAD =
  'What `stat-harness serve` answers, below `/api/v1`, from the OpenAPI document that it serves itself at `/api/v1/openapi.json`. ' +
  'Who gets in, and how a program does: [The page](../guides/serve.md).';

async function httpPage(): Promise<string> {
  const rows = (await describedRoutes()).map(
    ({ name, summary, takes }) => `| \`${name}\` | ${summary} | ${takes} |`,
  );
  return page('HTTP', HTTP_LEAD, ['| route | does | takes |', '| --- | --- | --- |', ...rows]);
}

function errorsPage(): string {
  const rows = Object.entries(ERROR_CATALOGUE).map(
    ([code, entry]) => `| \`${code}\` | ${entry.exit} | ${cell(entry.message)} | ${cell(entry.hint)} |`,
  );
  return page('Errors', 'Every error that you can act on. `{name}` stands for a value of the case at hand.', [
    '| code | exit | message | what to do |',
    '| --- | --- | --- | --- |',
    ...rows.sort(),
    '',
    'Exit codes: 0 done · 1 a bug · 2 usage, configuration or input · 3 finished `PARTIAL` · 4 integrity · 5 run failed · ' +
      '6 refused by policy · 130 interrupted.',
  ]);
}

function commandLinePage(): string {
  const silent = { out: () => undefined, err: () => undefined, live: false, columns: 100 };
  const program = buildProgram({ terminal: silent, exit: () => undefined }, '0.0.0');
  const blocks = commandsIn(program).flatMap((command) => [
    `## ${fullName(command)}`,
    '',
    '```text',
    helpOf(command),
    '```',
    '',
  ]);
  return page('Command line', 'The help of every command, as the program prints it.', blocks);
}

/** Those that do something: all but the ones that only hold others. */
function commandsIn(command: Command): Command[] {
  const inner = command.commands.flatMap(commandsIn);
  return inner.length === 0 || command.registeredArguments.length > 0 ? [command, ...inner] : inner;
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}

function helpOf(command: Command): string {
  command.configureHelp({ helpWidth: 100 });
  return command.helpInformation().trimEnd();
}

const METHODS_LEAD =
  'What each built-in plugin answers and how, from its `plugin.json`. Its cost is the processor time that it alone adds to a run on a ' +
  'synthetic process log that was ingested before, in units of what DuckDB takes to load and to `SUMMARIZE` the same file ' +
  '(`npm run bench -- plugins --write-costs`); what several plugins ask is computed once for all of them.';

function methodsPage(): string {
  const { rows, units } = readPluginCosts();
  const blocks = manifests().flatMap((plugin) => [
    `## ${plugin.id}`,
    '',
    `**${plugin.title}** (${plugin.version}, ${plugin.claim}). ${plugin.question}`,
    '',
    `- Method: ${plugin.method.name}. ${plugin.method.reference}`,
    `- Needs: ${needsOf(plugin)}`,
    ...(units[plugin.id] === undefined
      ? []
      : [`- Costs: ${units[plugin.id]} units on ${rows.toLocaleString('en')} rows`]),
    ...plugin.assumptions.map((text) => `- Assumes: ${text}`),
    ...plugin.misleads_when.map((text) => `- Misleads when: ${text}`),
    `- Finds: ${plugin.finding_kinds.map((kind) => `\`${kind}\``).join(', ')}`,
    ...settingsOf(plugin),
    '',
  ]);
  return page('Methods', METHODS_LEAD, blocks);
}

const KINDS_LEAD =
  'By which findings `stat-harness eval` takes a thing for found. A finding has to be of the plugin and of one of the kinds, ' +
  'and name what stands under “names”: the finding or one of its items, in its target, its scope or its fields. Where a kind ' +
  'stands in several rows, any of them will do. How to use it: [Evaluate](../guides/evaluate.md).';

function kindsOfTruthPage(): string {
  const rows = Object.entries(SOUGHT).flatMap(([kind, ways]) =>
    ways.map(
      (way) => `| \`${kind}\` | \`${way.plugin}\` | ${codes(way.kinds)} | ${namesOf(way)} | ${sizeOf(way)} |`,
    ),
  );
  return page('Kinds of truth', KINDS_LEAD, [
    '| kind of truth | plugin | kinds of finding | names | and holds |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ]);
}

function codes(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

function namesOf({ names, each }: Sought): string {
  const parts = Object.entries(names).map(([key, keys]) => {
    const others = keys.filter((one) => one !== key);
    const where =
      key === 'columns'
        ? ['any column it is about', ...others.map((one) => `\`${one}\``)]
        : others.map((one) => `\`${one}\``);
    const split = each === key ? ' (each by a claim of its own)' : '';
    return `\`${key}\`${where.length === 0 ? '' : ` as ${where.join(' or ')}`}${split}`;
  });
  return parts.join('; ') || 'nothing';
}

function sizeOf({ size, begins }: Sought): string {
  const parts = [
    ...(size === undefined
      ? []
      : [
          `\`${size.field}\` = \`${size.fact}\`${size.times === undefined ? '' : ` × ${size.times}`} ± ${100 * size.relativeTolerance} %`,
        ]),
    ...(begins === undefined ? [] : [`\`${begins.field}\` ± ${begins.toleranceDays} days`]),
  ];
  return parts.join('; ');
}

function manifests(): PluginManifest[] {
  const folder = new URL('../plugins/', import.meta.url);
  return readdirSync(folder)
    .sort()
    .map(
      (name) => JSON.parse(readFileSync(new URL(`${name}/plugin.json`, folder), 'utf8')) as PluginManifest,
    );
}

function needsOf({ needs }: PluginManifest): string {
  const roles = needs.roles.map((alternatives) => alternatives.join(' or '));
  const all = [
    ...(roles.length > 0 ? [`the roles ${roles.join(', ')}`] : []),
    ...(needs.column_types.length > 0 ? [`a column of type ${needs.column_types.join(' or ')}`] : []),
    ...(needs.min_rows > 0 ? [`${needs.min_rows} rows`] : []),
  ];
  return all.join('; ') || 'any table';
}

function settingsOf(plugin: PluginManifest): string[] {
  const properties = (plugin.config_schema['properties'] ?? {}) as Record<
    string,
    { default?: unknown; description?: string }
  >;
  const rows = Object.entries(properties).map(
    ([key, setting]) =>
      `| \`${key}\` | \`${JSON.stringify(setting.default)}\` | ${cell(setting.description ?? '')} |`,
  );
  return rows.length === 0 ? [] : ['', '| setting | default | meaning |', '| --- | --- | --- |', ...rows];
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function page(title: string, lead: string, lines: readonly string[]): string {
  return `# ${title}\n\n${lead}\n\n${lines.join('\n').trimEnd()}\n`;
}
