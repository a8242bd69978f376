import { Command, Option } from 'commander';
import {
  type DatasetChange,
  type DatasetPreview,
  deleteDataset,
  exportDataset,
  listDatasets,
  previewDataset,
  showDataset,
  undeleteDataset,
} from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { appdataOption, type CommonOptions, jsonOption, positiveInteger, withApp } from '../options.ts';
import { documentText, printable, table } from '../terminal.ts';
import { short, typeText } from '../words.ts';

export function datasetCommands(context: CommandContext): Command {
  const group = new Command('datasets').description(
    'Look at what was ingested, take it out again, delete it.',
  );
  for (const make of [list, show, preview, exportCommand, remove, takeBack]) group.addCommand(make(context));
  return group;
}

function list({ terminal }: CommandContext): Command {
  const command = new Command('list')
    .description('Every dataset with its versions.')
    .option('--deleted', 'what is in the trash instead');
  return withCommon(command).action(async (options: CommonOptions & { deleted?: boolean }) => {
    const deleted = options.deleted === true;
    const datasets = await withApp(options, (app) => listDatasets(app, { deleted }));
    const rows = datasets.flatMap((dataset) =>
      dataset.versions.map((version) => [
        dataset.name,
        String(version.ordinal),
        short(version.dataset_version_id),
        String(version.row_count),
        version.kind,
        version.created_at,
        ...(version.deleted_at === null ? [] : [version.deleted_at]),
      ]),
    );
    const header = ['dataset', 'version', 'id', 'rows', 'kind', 'created'];
    if (deleted) header.push('deleted');
    terminal.out(options.json ? `${JSON.stringify(datasets)}\n` : printable(table([header, ...rows])));
  });
}

function show({ terminal }: CommandContext): Command {
  return withCommon(
    new Command('show')
      .description('Columns, roles, parts and uploads of a dataset version.')
      .argument('<dataset>', 'name of a dataset, or id of a version or the start of it'),
  ).action(async (id: string, options: CommonOptions) => {
    const found = await withApp(options, (app) => showDataset(app, id));
    if (options.json) return terminal.out(documentText('dataset_details.v1', found));
    const columns = found.version.schema.columns.map((column) => [
      column.name,
      column.sql_name,
      typeText(column.type),
      found.version.roles.bindings
        .filter((binding) => binding.sql_name === column.sql_name)
        .map((binding) => binding.role)
        .join(' '),
    ]);
    const parts = found.parts.map((part, i) => [
      String(i + 1),
      String(part.row_count),
      String(part.rejected_rows),
      part.options.format,
      found.uploads.find((upload) => upload.sha256 === part.upload_sha256)?.original_filename ?? '',
      short(part.part_id),
    ]);
    const uploads = found.uploads.map((upload) => [
      upload.original_path,
      String(upload.bytes),
      upload.sha256,
    ]);
    terminal.out(
      printable(
        `${table([
          ['dataset version', found.version.dataset_version_id],
          ['rows', String(found.version.row_count)],
        ])}\n${table([['column', 'SQL name', 'type', 'role'], ...columns])}\n${table([
          ['part', 'rows', 'rejected', 'format', 'file', 'id'],
          ...parts,
        ])}\n${table([['upload', 'bytes', 'sha256'], ...uploads])}`,
      ),
    );
  });
}

function preview({ terminal }: CommandContext): Command {
  return withCommon(
    new Command('preview')
      .description('The first rows, each cell as exact text.')
      .argument('<dataset>', 'name of a dataset, or id of a version or the start of it')
      .addOption(new Option('--rows <n>', 'how many').argParser(positiveInteger).default(20)),
  ).action(async (id: string, options: CommonOptions & { rows: number }) => {
    const found = await withApp(options, (app) => previewDataset(app, id, options.rows));
    terminal.out(options.json ? documentText('dataset_preview.v1', found) : printable(previewText(found)));
  });
}

function previewText(found: DatasetPreview): string {
  const rows = found.rows.map((row) => [
    String(row.row_number),
    ...row.cells.map((cell) => (cell === null ? '∅' : oneLine(cell))),
  ]);
  return table([['row', ...found.columns.map((column) => column.name)], ...rows]);
}

function oneLine(text: string): string {
  const flat = text.replace(/[\r\n\t]+/g, ' ');
  return flat.length > 40 ? `${flat.slice(0, 39)}…` : flat;
}

function exportCommand({ terminal }: CommandContext): Command {
  return withCommon(
    new Command('export')
      .description(
        'Write the clean, typed table to a file, after its parts were checked against their hashes.',
      )
      .argument('<dataset>', 'name of a dataset, or id of a version or the start of it')
      .requiredOption('--out <file>', 'file to write')
      .addOption(
        new Option('--format <format>', "format (default: by the file's ending, else csv)").choices([
          'csv',
          'parquet',
        ]),
      )
      .option('--force', 'write over a file that exists'),
  ).action(
    async (
      id: string,
      options: CommonOptions & { out: string; format?: 'csv' | 'parquet'; force?: boolean },
    ) => {
      const done = await withApp(options, (app) =>
        exportDataset(app, id, {
          path: options.out,
          format: options.format ?? (options.out.endsWith('.parquet') ? 'parquet' : 'csv'),
          overwrite: options.force === true,
        }),
      );
      terminal.out(
        options.json
          ? documentText('dataset_file.v1', done)
          : printable(`${done.rows} rows written to ${done.path} (${done.sha256})\n`),
      );
    },
  );
}

const WHICH = 'name of a dataset (all its versions), NAME@VERSION, or id of a version or the start of it';

function remove({ terminal }: CommandContext): Command {
  return withCommon(
    new Command('delete')
      .description(
        'Put versions of a dataset into the trash. Their data stay until "gc" after the grace time.',
      )
      .argument('<dataset>', WHICH)
      .addHelpText('after', '\nExample:\n  stat-harness datasets delete orders@2'),
  ).action(async (id: string, options: CommonOptions) => {
    const done = await withApp(options, (app) => deleteDataset(app, id));
    terminal.out(options.json ? `${JSON.stringify(done)}\n` : printable(changeText(done)));
  });
}

function takeBack({ terminal }: CommandContext): Command {
  return withCommon(
    new Command('undelete')
      .description('Take versions of a dataset out of the trash.')
      .argument('<dataset>', WHICH)
      .addHelpText('after', '\nExample:\n  stat-harness datasets undelete orders@2'),
  ).action(async (id: string, options: CommonOptions) => {
    const done = await withApp(options, (app) => undeleteDataset(app, id));
    terminal.out(options.json ? `${JSON.stringify(done)}\n` : printable(changeText(done)));
  });
}

function changeText({ change, versions }: DatasetChange): string {
  const where = change === 'deleted' ? 'is in the trash' : 'is in the list again';
  const lines = versions.map(
    ({ dataset, ordinal, dataset_version_id }) =>
      `${dataset}@${ordinal} (${short(dataset_version_id)}) ${where}\n`,
  );
  return lines.length === 0 ? 'Nothing of it was in the trash.\n' : lines.join('');
}

function withCommon(command: Command): Command {
  return command.addOption(appdataOption()).addOption(jsonOption());
}
