import { Command } from 'commander';
import { type ErpDetails, listErps, showErp } from '../../../engine/index.ts';
import type { CommandContext } from '../../command-context.ts';
import { appdataOption, type CommonOptions, jsonOption, withApp } from '../../options.ts';
import { documentText, printable, table } from '../../terminal.ts';
import { short, typeText } from '../../words.ts';

export function list({ terminal }: CommandContext): Command {
  return new Command('list')
    .description('Every ERP with its datasets.')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .action(async (options: CommonOptions) => {
      const erps = await withApp(options, async (app) => listErps(app));
      if (options.json) return terminal.out(`${JSON.stringify(erps)}\n`);
      const rows = erps.map((erp) => [
        erp.name,
        erp.datasets.join(', ') || 'none',
        String(erp.known_issues),
        erp.changed_at,
        erp.description,
      ]);
      const text =
        rows.length === 0
          ? 'There is no ERP yet: make one with "stat-harness erps create".\n'
          : table([['ERP', 'datasets', 'known issues', 'changed', ''], ...rows]);
      terminal.out(printable(text));
    });
}

export function show({ terminal }: CommandContext): Command {
  return new Command('show')
    .description('What an ERP holds, and what its newest runs said of its known issues.')
    .argument('<erp>', 'its name')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .action(async (name: string, options: CommonOptions) => {
      const found = await withApp(options, async (app) => showErp(app, name));
      terminal.out(options.json ? documentText('erp_details.v1', found) : printable(detailsText(found)));
    });
}

/** How many issues came out how. `erps issues check ERP RUN` says it of each. */
function outcomesText(issues: readonly { readonly outcome: string }[]): string {
  const counts = Map.groupBy(issues, ({ outcome }) => outcome);
  return [...counts].map(([outcome, of]) => `${of.length} ${outcome}`).join(', ');
}

function detailsText({ erp, datasets, runs }: ErpDetails): string {
  const facts = [
    ['ERP', erp.name],
    ...(erp.description === '' ? [] : [['', erp.description]]),
    ['datasets', datasets.join(', ') || 'none'],
    ['accepted schemas', String(erp.schema_versions.length)],
  ];
  return [
    table(facts),
    section(['column', 'type', 'role', 'how sure'], columnRows({ erp })),
    section(['default', 'value'], defaultRows({ erp })),
    section(
      ['known issue', '', 'strict', 'sentence'],
      erp.known_issues.map(({ id, title, strict, sentence }) => [
        id,
        title === sentence ? '' : title,
        strict ? 'strict' : '',
        sentence,
      ]),
    ),
    section(
      ['run', 'dataset', 'version', 'kind', 'status', 'finished', 'known issues'],
      runs.map((run) => [
        short(run.run_id),
        run.dataset,
        short(run.dataset_version_id),
        run.kind,
        run.status,
        run.finished_at,
        outcomesText(run.known_issues),
      ]),
    ),
  ]
    .filter((text) => text !== '')
    .join('\n');
}

function section(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? '' : table([header, ...rows]);
}

function columnRows({ erp }: Pick<ErpDetails, 'erp'>): string[][] {
  return erp.columns.map(({ name, type, roles }) => [
    name,
    typeText(type),
    roles.map(({ role }) => role).join(' '),
    roles
      .map(({ confirmed, confidence }) => (confirmed ? 'confirmed' : `${Math.round(confidence * 100)} %`))
      .join(' '),
  ]);
}

function defaultRows({ erp }: Pick<ErpDetails, 'erp'>): string[][] {
  const rows = (prefix: string, values: object): string[][] =>
    Object.entries(values).map(([key, value]) => [`${prefix}.${key}`, JSON.stringify(value)]);
  return [
    ...rows('ingest', erp.ingest),
    ...rows('process', erp.process),
    ...Object.entries(erp.plugins).flatMap(([id, settings]) => rows(`plugins.${id}`, settings)),
  ];
}
