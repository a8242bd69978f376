/**
 * Every error that the operator can act on: code, message, what to do next, exit code.
 * `{name}` marks a parameter; what stands in square brackets is left out where a parameter in it is empty. docs/reference/errors.md is compared with this file by a test.
 */
export const ERROR_CATALOGUE = {
  SH_USAGE_INVALID: {
    message: '{problem}',
    hint: 'Run "stat-harness[ {command}] --help" for the options.',
    exit: 2,
  },
  SH_INPUT_NOT_FOUND: { message: 'No such file: {path}', hint: 'Check the path and its spelling.', exit: 2 },
  SH_INPUT_IS_DIRECTORY: {
    message: '{path} is a directory, not a table.',
    hint: 'Name the files inside it.',
    exit: 2,
  },
  SH_INPUT_UNREADABLE: {
    message: '{path} can not be read: {reason}.',
    hint: 'Check the permissions, and that no other program holds it.',
    exit: 2,
  },
  SH_INPUT_EMPTY: { message: '{path} is empty (0 bytes).', hint: 'Export the table again.', exit: 2 },
  SH_INPUT_NO_ROWS: {
    message: '{path} has a header ({columns} columns) but no row of data.',
    hint: 'Export the table again, or use --no-header if the first line is data.',
    exit: 2,
  },
  SH_INPUT_BINARY: {
    message: '{path} is not a table that can be read: {reason}.',
    hint: 'CSV, TSV, JSON, XLSX and Parquet can be read, plain or as .gz or .zip: see docs/guides/files.md.',
    exit: 2,
  },
  SH_INPUT_FORMAT_UNSUPPORTED: {
    message: '{path} is {format}, which can not be read.',
    hint: 'Save it as CSV (UTF-8), JSON, XLSX or Parquet and try again.',
    exit: 2,
  },
  SH_INPUT_PASSWORD: {
    message: '{path} has a password.',
    hint: 'Open it in its own program with the password, save a copy without one, and read that.',
    exit: 2,
  },
  SH_INPUT_DAMAGED: {
    message: '{path} is damaged: {reason}.',
    hint: 'Copy or export it again. If it still opens in its own program, save it there anew.',
    exit: 2,
  },
  SH_INPUT_BOMB: {
    message: '{path} is refused: {reason}.',
    hint: 'Files that unpack to far more than they show are made to exhaust a machine. If it is yours, unpack it, or save the table as CSV, and read that.',
    exit: 2,
  },
  SH_INPUT_SHEET_UNKNOWN: {
    message: '{path} has no sheet "{sheet}". It has: {sheets}.',
    hint: 'Name one of them with --sheet, or give its number.',
    exit: 2,
  },
  SH_INPUT_TABLE_UNKNOWN: {
    message: '{path} has no table {table}. It holds: {tables}.',
    hint: 'Give the number or the name of one of them with --table.',
    exit: 2,
  },
  SH_INPUT_SHEET_EMPTY: {
    message: '{path}: {what}. Its sheets: {sheets}.',
    hint: 'Save the workbook with the table in it and try again.',
    exit: 2,
  },
  SH_INPUT_ENCODING: {
    message: '{path} can not be read as {encoding}: {reason}.',
    hint: 'Name its encoding with --encoding, such as windows-1252, cp850 or utf-16le, or save it as UTF-8 ("CSV UTF-8" in spreadsheet programs).',
    exit: 2,
  },
  SH_INPUT_RAGGED: {
    message: '{path}: line {line} has {found} cells where {expected} are expected: {text}',
    hint: 'Correct the line, or name the delimiter with --delimiter. Up to one such record in a hundred is kept apart and counted, unless the file breaks off in it.',
    exit: 2,
  },
  SH_INPUT_MALFORMED: {
    message: '{path} can not be read as {format}: {reason}.',
    hint: 'Correct the file at that place and try again.',
    exit: 2,
  },
  SH_INPUT_SCHEMA_DIFFERS: {
    message: '{path} does not have the same columns as {other}: {difference}.',
    hint: 'Run the files separately, or make their columns agree.',
    exit: 2,
  },
  SH_INPUT_TWICE: {
    message: '{path} would be in the table twice: it has the same rows as {other}.',
    hint: 'Leave it out. Rows that count twice make every number wrong.',
    exit: 2,
  },
  SH_APPEND_NO_DATASET: {
    message: 'There is no dataset "{dataset}" to append to.[ Nearest: {nearest}.][ There are: {datasets}.]',
    hint: 'Name it with --dataset; "stat-harness datasets list" shows them. Without --append the first version is made.',
    exit: 2,
  },
  SH_APPEND_OVERTAKEN: {
    message: 'The dataset "{dataset}" got another version while this one was being made.',
    hint: 'Append again: it will go on from the newest version.',
    exit: 2,
  },
  SH_INPUT_CHANGED: {
    message: '{path} changed while it was being read.',
    hint: 'Wait until the program that writes it is done and try again.',
    exit: 2,
  },
  SH_INPUT_UNKNOWN_COLUMN: {
    message:
      '{option} names the column "{column}", which does not exist.[ Nearest: {nearest}.][ There are: {columns}.]',
    hint: 'List the columns with "stat-harness ingest FILE --json".',
    exit: 2,
  },
  SH_SAMPLE_COLUMN_UNFIT: {
    message: 'A sample can not be drawn by the column "{column}": {reason}.',
    hint: 'Name a column that tells cases apart with --sample-by, or leave it out: then each row is drawn for itself.',
    exit: 2,
  },
  SH_SAMPLE_EMPTY: {
    message: 'The sample of {rows} rows holds none of them ({drawn}).',
    hint: 'Ask for a larger share with --sample, name a column of more values with --sample-by (each is drawn whole or not at all), or leave them out: then every row is looked at.',
    exit: 2,
  },
  SH_INPUT_TYPE_FITS_NOTHING: {
    message: '{path}: no cell of the column "{column}" fits the type {type}: "{example}" in row {row}.',
    hint: 'Leave that --type out to see what the column holds; docs/explain/types.md lists what each type takes.',
    exit: 2,
  },
  SH_ROLE_UNKNOWN: {
    message: 'Unknown role "{role}".[ Nearest: {nearest}.]',
    hint: 'Roles are listed in docs/reference/roles.md.',
    exit: 2,
  },
  SH_CONFIG_INVALID: {
    message: '{source}: {problems}',
    hint: 'Correct what is named; "--help" explains the options, "stat-harness plugins show ID" lists a plugin\'s settings.',
    exit: 2,
  },
  SH_CONFIG_UNREADABLE: {
    message: '{path} can not be read as a configuration: {reason}.',
    hint: 'It must be one YAML or JSON document.',
    exit: 2,
  },
  SH_ENV_UNUSABLE: {
    message: 'The setting {setting} takes the environment variable {name}, which {problem}.',
    hint: 'Set it to a value of at least {shortest} characters, for this command only, and run again.',
    exit: 2,
  },
  SH_PLUGIN_UNKNOWN: {
    message: 'Unknown plugin "{id}".[ Nearest: {nearest}.]',
    hint: 'List them with "stat-harness plugins list".',
    exit: 2,
  },
  SH_PLUGIN_MANIFEST_INVALID: {
    message: 'The manifest of the plugin in {path} is invalid: {problems}',
    hint: 'Correct its plugin.json.',
    exit: 2,
  },
  SH_PLUGIN_DEFAULTS_UNFIT: {
    message: 'The plugin {id} has defaults of its own that do not fit its config_schema: {problems}.',
    hint: '{advice}',
    exit: 2,
  },
  SH_PLUGIN_LOAD_FAILED: {
    message: 'The plugin {id} can not be loaded: {reason}',
    hint: 'Correct what is named: docs/guides/write-a-plugin.md says what a plugin consists of.',
    exit: 2,
  },
  SH_BUNDLE_REFUSED: {
    message: '{path} is no bundle that can be installed: {reason}.',
    hint: 'Nothing of it was kept. Fetch it again, if it broke off on its way, or ask whoever made it for a bundle that "stat-harness plugins pack" wrote.',
    exit: 2,
  },
  SH_BUNDLE_ALTERED: {
    message: '{path} was altered since it was packed: {file} does not have the {what} that the bundle names.',
    hint: 'Nothing of it was kept. Fetch it again; if it is the same, ask whoever made it, and do not trust the way it came.',
    exit: 4,
  },
  SH_PLUGIN_NAME_UNUSABLE: {
    message: 'A new plugin can not be called "{name}": {reason}.',
    hint: 'Choose another name, such as "top_share".',
    exit: 2,
  },
  SH_PLUGIN_EXISTS: {
    message: '{path} is there already.',
    hint: 'Choose another name, or another folder with --out; nothing is ever written over.',
    exit: 2,
  },
  SH_PLUGIN_UNHEALTHY: {
    message: 'The plugin {id} can not work on this machine: {reason}.',
    hint: 'Put right what it names, leave it out with --plugins, or run it all the same with --ignore-health.',
    exit: 6,
  },
  SH_PLUGIN_ALTERED: {
    message: 'The plugin {id} {version} is not as it was installed: {path} {what}.',
    hint: 'It is not executed. Put it back from its bundle: {install}\nOr remove it: {remove}\nOr take it out of all runs: {disable}',
    exit: 4,
  },
  SH_PLUGIN_DISABLED: {
    message: 'The plugin {id} is disabled.',
    hint: 'Leave it out, or enable it: {enable}',
    exit: 6,
  },
  SH_PLUGIN_BUILT_IN: {
    message: 'The plugin {id} is built in, and {reason}.',
    hint: 'What is built in changes with the engine only; "stat-harness plugins disable {id}" takes it out of all runs.',
    exit: 2,
  },
  SH_PLUGIN_NOT_INSTALLED: {
    message: 'The plugin {id}[ {version}] is not installed.[ Installed: {installed}.]',
    hint: '"stat-harness plugins list" shows what is there; "stat-harness plugins install FILE" adds a bundle.',
    exit: 2,
  },
  SH_PLUGIN_VERSION_TAKEN: {
    message: '{path} is not the {id} {version} that is installed: other bytes under the same version.',
    hint: 'What is installed was left as it is. Ask for it under a version of its own, or remove the installed one first: {remove}',
    exit: 2,
  },
  SH_PLUGIN_NOT_NEWER: {
    message: '{path} holds {id} {version}, which is not newer than {newest}, which is installed.',
    hint: '"stat-harness plugins install" adds an older version too; "plugins rollback" goes back to one that is installed.',
    exit: 2,
  },
  SH_PLUGIN_NO_VERSION: {
    message: 'The plugin {id} has no version to go back to.[ Installed: {installed}.]',
    hint: 'Name one of the installed versions with --to.',
    exit: 2,
  },
  SH_PLUGIN_ACTIVE: {
    message: '{id} {version} is the active version, and others are installed: {installed}.',
    hint: 'First make another one active: {rollback}',
    exit: 2,
  },
  SH_KNOWN_BAD_UNKNOWN: {
    message: 'There is no known-bad combination {id} of yours.',
    hint: 'See them: {list}',
    exit: 2,
  },
  SH_PLUGIN_REQUIRED: {
    message: 'The plugin {id} can not be {change}: {others} can not run without it.',
    hint: 'Do the same with all of them at once: {together}',
    exit: 6,
  },
  SH_PLUGIN_NOT_APPLICABLE: {
    message: 'The plugin {id}, named explicitly, does not fit this table: {reason}.',
    hint: 'Leave it out, or bind the roles it needs with --roles.',
    exit: 2,
  },
  SH_PLUGIN_INCOMPATIBLE: {
    message:
      'The plugin {id} {version} does not fit this engine: {reason}.[ Installed versions that fit: {fitting}.]',
    hint: '{advice}',
    exit: 6,
  },
  SH_PLUGIN_DENIED: {
    message: 'The plugin {id} is not allowed to run: {reason}.',
    hint: '{advice}',
    exit: 6,
  },
  SH_NETWORK_UNASKED: {
    message: 'The plugin {id}, named by --allow-network, {reason}.',
    hint: 'Leave it out: "stat-harness plugins show {id}" tells what a plugin asks for.',
    exit: 2,
  },
  SH_APPROVAL_INVALID: {
    message: '{what} can not be approved for the plugin {id}: {reason}.',
    hint: '{advice}',
    exit: 2,
  },
  SH_APPROVAL_NONE: {
    message: 'The plugin {id} has no approval[ {which}] that could be revoked.',
    hint: 'See what is approved: "stat-harness plugins approve --list".',
    exit: 2,
  },
  SH_PLAN_CHANGED: {
    message:
      'What would run has the fingerprint {found}, and {confirmed} was confirmed. Nothing was started.',
    hint: 'A file, a plugin or a setting was changed since. Look at what would run now, and confirm that.',
    exit: 2,
  },
  SH_PLAN_CYCLE: {
    message: 'The plugins depend on each other in a circle: {path}.',
    hint: 'Remove one dependency, for instance that of {suggestion}.[ Or take them out of all runs: {disable}]',
    exit: 2,
  },
  SH_PLAN_MISSING_DEPENDENCY: {
    message: 'The plugin {id} needs {missing}, which is {why}.',
    hint: '{advice}',
    exit: 2,
  },
  SH_QUERY_REFUSED: {
    message: 'Query refused: {reason}.',
    hint: 'docs/reference/queries.md lists what a query may use.',
    exit: 2,
  },
  SH_QUERY_FAILED: { message: 'Query failed: {reason}', hint: 'Correct the SQL.', exit: 2 },
  SH_QUERY_LIMIT: {
    message: 'Query stopped: {reason}.',
    hint: 'Ask for fewer rows, or aggregate in SQL.',
    exit: 2,
  },
  SH_MEMORY_SHORT: {
    message: 'Work on the data takes more memory than its share of --memory.',
    hint: 'Give it more: --memory.',
    exit: 2,
  },
  SH_UPLOAD_UNKNOWN: {
    message: 'No file with the hash {id} was received.',
    hint: 'Upload it again, or name it as it was answered: sha256: and 64 digits.',
    exit: 2,
  },
  SH_ROW_UNKNOWN: {
    message: 'The dataset {dataset} has no row {row} in its part {part}.',
    hint: 'Rows are numbered from 1 in each part; records that could not be read keep their number and are no rows.',
    exit: 2,
  },
  SH_DATASET_UNKNOWN: {
    message: 'No dataset or dataset version "{id}".',
    hint: 'List them with "stat-harness datasets list".',
    exit: 2,
  },
  SH_RUN_UNKNOWN: {
    message: 'No run "{id}".',
    hint: 'List them with "stat-harness runs list"; "latest" names the newest.',
    exit: 2,
  },
  SH_DATASET_DELETED: {
    message: 'The dataset or dataset version "{id}" is in the trash since {deleted_at}.',
    hint: 'Take it out with "stat-harness datasets undelete {id}".',
    exit: 2,
  },
  SH_RUN_DELETED: {
    message: 'The run {id} is in the trash since {deleted_at}.',
    hint: 'Take it out with "stat-harness runs undelete {id}".',
    exit: 2,
  },
  SH_NOT_IN_TRASH: {
    message: '{what} is not in the trash.',
    hint: 'Only what is there can be deleted for good: delete it first.',
    exit: 2,
  },
  SH_DATA_NEEDED: {
    message: 'Nothing of {id} can be removed: {others}.',
    hint: 'It stays in the trash, and takes no space of its own there.',
    exit: 6,
  },
  SH_RUN_UNDER_WAY: {
    message: 'The run {id} is under way.',
    hint: 'Wait for it to end ("stat-harness runs watch {id}"), stop it, or name another run.',
    exit: 6,
  },
  SH_RUN_PINNED: {
    message: 'The run {id} is pinned.',
    hint: 'Let it go first with "stat-harness runs unpin {id}".',
    exit: 6,
  },
  SH_DATA_EXPIRED: {
    message: 'The data are gone on purpose since {expired_at}: of {path}, only the record is kept.',
    hint: 'Read the original file again: the same bytes become the same data.',
    exit: 2,
  },
  SH_MAINTENANCE_REFUSED: {
    message: 'Something else is under way in this appdata: {purpose} (process {owner}).',
    hint: 'Wait for it to end and try again.',
    exit: 6,
  },
  SH_RUN_NONE: {
    message: 'There is no run yet: "latest" names nothing.',
    hint: 'Make one with "stat-harness run FILE", or name the folder that holds your runs with --appdata.',
    exit: 2,
  },
  SH_RUN_UNLISTED: {
    message:
      'The finished run {id} lies in {path}, the database does not know it, and it can not be listed again: {reason}. A new run would take its place in the chain of manifests.',
    hint: 'Put back from a copy what is damaged. Or set it aside, where its report can still be read and checked: {command}',
    exit: 4,
  },
  SH_ID_AMBIGUOUS: {
    message: '"{id}" fits {count} {what}.',
    hint: 'Give more digits of the id.',
    exit: 2,
  },
  SH_ENTITY_UNKNOWN: {
    message: 'The run {run} has nothing called "{id}". It has: {known}.',
    hint: 'Leave --from out to start from the report.',
    exit: 2,
  },
  SH_RUN_INCOMPLETE: {
    message: 'The run {id} is {status}; it has no report.',
    hint: 'Finish it with "stat-harness runs resume {id}", or run the file again.',
    exit: 2,
  },
  SH_RUN_FAILED: { message: 'The run {id} failed: {reason}', hint: 'Its logs are in {logs}.', exit: 5 },
  SH_LOCK_HELD: {
    message: 'Another run is under way in this appdata (process {owner}).',
    hint: 'Wait for it, or leave --no-wait out to queue behind it.',
    exit: 6,
  },
  SH_LOCK_FOREIGN: {
    message:
      'The run {run} is under way in this appdata, in a process that can not be seen from here ({owner}): on another machine, in a container, or on the other side of WSL.',
    hint: 'Wait for it. If you know that this process is gone: "stat-harness runs cancel {run} --owner-is-gone".',
    exit: 6,
  },
  SH_RUN_NOT_RESUMABLE: {
    message: 'The run {id} can not be resumed: {reason}.',
    hint: '{advice}',
    exit: 2,
  },
  SH_RUN_NOT_UNDER_WAY: {
    message: 'The run {id} is {status}: there is nothing to cancel.',
    hint: 'List runs with "stat-harness runs list".',
    exit: 2,
  },
  SH_RUN_NOT_CANCELLED: {
    message: 'The run {id} was asked to stop, but is still {status} in process {owner}.',
    hint: '{advice}',
    exit: 6,
  },
  SH_APPDATA_NOT_FOUND: {
    message: 'There is no appdata in {path}: nothing was ever run or read there.',
    hint: 'Name the folder that holds your runs with --appdata or STAT_HARNESS_APPDATA; "stat-harness run FILE" makes one.',
    exit: 2,
  },
  SH_APPDATA_UNUSABLE: {
    message: 'The appdata folder {path} can not be used: {reason}.',
    hint: 'Choose another with --appdata or STAT_HARNESS_APPDATA.',
    exit: 2,
  },
  SH_APPDATA_READ_ONLY: {
    message: '{path} can not be written: {reason}.',
    hint: 'Every command writes to the appdata, also those that only show something: locks, if nothing else. Make it writable, or name another with --appdata: a copy in a place where you can write will do.',
    exit: 2,
  },
  SH_STATE_CORRUPT: {
    message: 'The state database {path} can not be used: {reason}.',
    hint: '{repair}',
    exit: 4,
  },
  SH_BACKUP_DAMAGED: {
    message: '{path} is no whole backup: {reason}. Nothing was replaced.',
    hint: 'Take another: "stat-harness restore latest" takes the newest that is whole.',
    exit: 4,
  },
  SH_BACKUP_NONE: {
    message: 'There is no whole backup in {path}.',
    hint: 'Name a file: "stat-harness restore FILE". "stat-harness doctor --full" checks what is there without one.',
    exit: 2,
  },
  SH_APPDATA_IN_USE: {
    message: 'Another process has the appdata {path} open.',
    hint: 'Wait for it to end, or end it, and try again: a database is never replaced under a process that uses it.',
    exit: 6,
  },
  SH_STATE_BUSY: {
    message: 'The state database {path} is being written by another process, which does not let go of it.',
    hint: 'Wait for it to end and try again.',
    exit: 2,
  },
  SH_STATE_TOO_NEW: {
    message: 'The state database {path} has schema {found}; this engine knows up to {known}.',
    hint: 'Use the newer engine that wrote it.',
    exit: 2,
  },
  SH_DISK_FULL: {
    message: 'No space left while writing {path}.',
    hint: 'Free some space and run again; nothing half-made was kept.',
    exit: 2,
  },
  SH_IO: {
    message: '{path} can not be written or read: {reason}.',
    hint: 'Check the disk, its permissions, and that no other program holds the file; then run again: nothing half-made was kept.',
    exit: 2,
  },
  SH_INTEGRITY_MISMATCH: {
    message:
      '{what} does not have the bytes that were recorded: {path} (expected {expected}, found {found}).',
    hint: 'Do not use this result. Run the analysis again from the original file.',
    exit: 4,
  },
  SH_SAMPLE_CHANGED: {
    message: 'What was looked at can not be drawn again: it holds {found} rows, and held {expected}.',
    hint: 'Do not use this result. Run the analysis again from the original file.',
    exit: 4,
  },
  SH_DOCUMENT_INVALID: {
    message: '{path} does not fit {schema}: {problems}',
    hint: 'Do not use this result. Run the analysis again from the original file.',
    exit: 4,
  },
  SH_INTEGRITY_MISSING: {
    message: '{what} is gone: {path}.',
    hint: 'Do not use this result. Run the analysis again from the original file.',
    exit: 4,
  },
  SH_RUN_DAMAGED: {
    message: 'The run {id} is not as it was recorded ({count} problems). The first: {first}.',
    hint: 'Nothing damaged is handed out. "stat-harness verify {id}" shows all of it, with the repair.',
    exit: 4,
  },
  SH_PACK_NOT_FOUND: {
    message: 'There is no repro pack in {path}.',
    hint: 'Name the zip file as it was written by "stat-harness export", or the folder into which it was unpacked: the one that holds bagit.txt.',
    exit: 2,
  },
  SH_PACK_REFUSED: {
    message: '{path} is no repro pack that can be trusted: {reason}.',
    hint: 'Ask whoever gave it to you for the pack again; compare the hash of the file.',
    exit: 4,
  },
  SH_REPORT_FILE_INVALID: {
    message: '{path} is no report: {problems}.',
    hint: 'Name a run, a report.json that a run of this version wrote, or a repro pack.',
    exit: 2,
  },
  SH_TRUTH_UNREADABLE: {
    message: '{path} can not be read as a ground truth: {reason}.',
    hint: 'It must be one YAML document. To begin with one that fits a run: "stat-harness eval template RUN".',
    exit: 2,
  },
  SH_TRUTH_INVALID: {
    message: '{path} is no ground truth: {problems}',
    hint: 'What may stand in it: docs/guides/evaluate.md. To begin with one that fits a run: "stat-harness eval template RUN".',
    exit: 2,
  },
  SH_PACK_NOT_RECOMPUTABLE: {
    message:
      '{path} is a repro pack, which is checked by its hashes: --recompute needs the run in its appdata.',
    hint: 'Leave --recompute out; or where the run was made: "stat-harness verify RUN --recompute". What is in the pack can be computed again by hand, as its report says under "Repeat it yourself".',
    exit: 2,
  },
  SH_SANDBOX_UNAVAILABLE: {
    message: 'No sandbox for plugins: {reason}.',
    hint: 'Run "npm ci" again for Deno; on Linux install bubblewrap.',
    exit: 6,
  },
  SH_OUT_FILE_EXISTS: {
    message: '{path} exists already.',
    hint: 'Name another file, or say --force to write over it.',
    exit: 2,
  },
  SH_OUT_FILE_UNUSABLE: {
    message: '{path} can not be written: {reason}.',
    hint: 'Check that its folder exists and may be written to.',
    exit: 2,
  },
  SH_SYNTH_PLANT_INVALID: {
    message: 'Nothing like that can be planted in a {what}: {problem}.',
    hint: 'List what can be planted, with sizes, with "stat-harness synth --list".',
    exit: 2,
  },
  SH_PLUGIN_FOLDER_UNUSABLE: {
    message: 'There are no plugins in {path}: {reason}.',
    hint: 'Name a folder whose folders are plugins, each with a plugin.json.',
    exit: 2,
  },
  SH_ERP_UNKNOWN: {
    message: 'There is no ERP "{name}".[ Nearest: {nearest}.][ There are: {erps}.]',
    hint: 'Make it with "stat-harness erps create", or read it from a file with "stat-harness erps import".',
    exit: 2,
  },
  SH_ERP_EXISTS: {
    message: 'There is an ERP "{name}" already.',
    hint: '{advice}',
    exit: 2,
  },
  SH_ERP_OTHER: {
    message: 'The dataset "{dataset}" belongs to the ERP "{erp}", not to "{named}".',
    hint: 'Leave --erp out, or move the dataset: "stat-harness erps set {named} --dataset {dataset}".',
    exit: 2,
  },
  SH_ERP_INVALID: {
    message: '{source}: {problems}.',
    hint: 'Correct what is named. Nothing was changed.',
    exit: 2,
  },
  SH_ISSUE_SENTENCE: {
    message:
      'This sentence can not be made into a condition: "{sentence}". Understood: {understood}. The nearest form: {form}',
    hint: 'Say it in that form, or in the general one: "at least 1 KIND of PLUGIN where FIELD > 20 h". All forms: docs/guides/erp.md.',
    exit: 2,
  },
  SH_ISSUE_UNKNOWN: {
    message: 'The ERP "{erp}" has no known issue "{id}".[ It has: {issues}.]',
    hint: 'List them with "stat-harness erps issues list".',
    exit: 2,
  },
  SH_OUT_UNUSABLE: {
    message: 'The report can not be copied to {path}: {reason}.',
    hint: 'Choose another folder with --out.',
    exit: 2,
  },
  SH_UPLOAD_TOO_LARGE: {
    message: '{path} has more than the {limit} that are taken.',
    hint: 'Name the file to "stat-harness run" where it lies.',
    exit: 2,
  },
  SH_UPLOAD_NO_ROOM: {
    message: '{path} does not fit: {free} are free where the uploads lie, {kept} of which stay free.',
    hint: 'Free some space, and send it again; "stat-harness gc --dry-run" names what nothing needs.',
    exit: 2,
  },
  SH_UPLOAD_BROKEN_OFF: {
    message: '{path} did not come whole: {reason}.',
    hint: 'Send it again. Nothing of it was kept.',
    exit: 2,
  },
  SH_PLAN_GIVEN_UP: {
    message: 'Whoever asked for this plan does not wait for it any more.',
    hint: 'Ask again.',
    exit: 2,
  },
  SH_DOWNLOAD_UNKNOWN: {
    message: 'There is nothing to be downloaded as {id}.',
    hint: 'It can be fetched once, while the server that made it lives. Make it again.',
    exit: 2,
  },
  SH_LOG_NONE: {
    message: 'The plugin {plugin} has no log in run {run}.',
    hint: 'One that was taken over, or that wrote nothing, has none: see "stat-harness runs show {run}".',
    exit: 2,
  },
  SH_SERVE_REMOTE_REFUSED: {
    message: 'To listen on {host} would let other machines in.',
    hint: 'Leave --host out to serve this machine only; with --allow-remote too it is done. See docs/guides/serve.md first.',
    exit: 6,
  },
  SH_SERVE_PORT_IN_USE: {
    message: 'Another program listens on port {port} of {host} already.',
    hint: 'Name another with --port, or leave it out: then a free one is taken.',
    exit: 2,
  },
  SH_SERVE_ADDRESS_UNUSABLE: {
    message: 'The address {host} can not be listened on: {reason}.',
    hint: 'Name an address of this machine with --host, and a port from 1024 with --port.',
    exit: 2,
  },
  SH_HTTP_SESSION_MISSING: {
    message: 'This browser has no session with the server.',
    hint: 'Open the address that "stat-harness serve" printed when it started last.',
    exit: 6,
  },
  SH_HTTP_LAUNCH_REFUSED: {
    message: 'The launch token is not that of this server.',
    hint: 'Open the address that "stat-harness serve" printed when it started last.',
    exit: 6,
  },
  SH_HTTP_HOST_FOREIGN: {
    message: 'The server does not answer to the name {host}.',
    hint: 'Use the address that "stat-harness serve" printed.',
    exit: 6,
  },
  SH_HTTP_ORIGIN_FOREIGN: {
    message: 'A request from another page is refused: {origin}.',
    hint: 'Use the page that this server shows.',
    exit: 6,
  },
  SH_HTTP_TOKEN_WRONG: {
    message: 'The request changes something, and does not carry the token of its session.',
    hint: 'Send the csrf_token of /api/v1/session as the header x-csrf-token. In the page: reload it.',
    exit: 6,
  },
  SH_HTTP_ROUTE_UNKNOWN: {
    message: 'There is nothing at {method} {path}.',
    hint: 'The routes are listed in /api/v1/openapi.json.',
    exit: 2,
  },
  SH_HTTP_REQUEST_INVALID: {
    message: 'The request can not be used: {problems}.',
    hint: 'Correct what is named; /api/v1/openapi.json says what is expected.',
    exit: 2,
  },
  SH_HTTP_TOO_LARGE: {
    message: 'The request is larger than the {limit} that are taken.',
    hint: 'Files are sent to /api/v1/uploads.',
    exit: 2,
  },
  SH_HTTP_LEFT: {
    message: 'Whoever asked has left before there was an answer.',
    hint: 'Ask again.',
    exit: 2,
  },
  SH_HTTP_BUSY: {
    message: 'Too much is asked at once: {what} already.',
    hint: 'Ask again in a few seconds; close windows that you do not need.',
    exit: 2,
  },
  SH_HTTP_TOO_SLOW: {
    message: 'The request did not come whole within {seconds} seconds.',
    hint: 'Send it again.',
    exit: 2,
  },
} as const satisfies Readonly<
  Record<string, { message: string; hint: string; exit: 1 | 2 | 3 | 4 | 5 | 6 | 130 }>
>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

type Names<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

/** The parameters that an error's message and hint need, by name. */
export type ErrorParameters<C extends ErrorCode> = {
  readonly [K in Names<(typeof ERROR_CATALOGUE)[C]['message'] | (typeof ERROR_CATALOGUE)[C]['hint']>]:
    | string
    | number;
};
