import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import semver from 'semver';
import { HarnessError, isSystemError, messageOf, unsafeFileName } from '../base/index.ts';
import { check, checkSettings, describeProblems, PluginManifest, type Problem } from '../contract/index.ts';
import { networkProblems } from './network-hosts.ts';

/** Reads and checks a folder's `plugin.json`. Throws SH_PLUGIN_MANIFEST_INVALID with all problems and their paths. */
export async function readManifest(folder: string): Promise<PluginManifest> {
  return checkManifest(await readJson(folder), folder);
}

/** Checks what was read from the `plugin.json` of a folder or a bundle. Throws SH_PLUGIN_MANIFEST_INVALID. */
export function checkManifest(content: unknown, folder: string): PluginManifest {
  const checked = check(PluginManifest, content);
  if (!checked.ok) throw invalid(folder, checked.problems);
  const problems = beyondTheSchema(checked.value);
  if (problems.length > 0) throw invalid(folder, problems);
  return checked.value;
}

/** The error that names everything wrong with a manifest. */
export function invalid(folder: string, problems: readonly Problem[]): HarnessError {
  return new HarnessError('SH_PLUGIN_MANIFEST_INVALID', {
    path: folder,
    problems: describeProblems(problems),
  });
}

async function readJson(folder: string): Promise<unknown> {
  try {
    const text = await readFile(join(folder, 'plugin.json'), 'utf8');
    if (text.startsWith('\uFEFF'))
      throw new SyntaxError(
        'plugin.json begins with a mark of byte order: save it as UTF-8 without one (BOM)',
      );
    return JSON.parse(text);
  } catch (error) {
    throw invalid(folder, [{ path: '', message: await whyUnreadable(error, folder) }]);
  }
}

async function whyUnreadable(error: unknown, folder: string): Promise<string> {
  if (!isSystemError(error, 'ENOENT', 'ENOTDIR')) return messageOf(error);
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) return 'there is no such folder';
  return found.isDirectory()
    ? 'plugin.json is missing'
    : 'it is a file: name the folder that plugin.json is in';
}

/** Rules between members, which the schema can't say. */
function beyondTheSchema(manifest: PluginManifest): Problem[] {
  const problems: Problem[] = [];
  // Folders and files of a run are called by it.
  const unsafe = unsafeFileName(manifest.id);
  if (unsafe !== undefined) problems.push({ path: 'id', message: `is no name for a file: ${unsafe}` });
  const versionName = unsafeFileName(manifest.version);
  if (versionName !== undefined || semver.valid(manifest.version) === null)
    problems.push({ path: 'version', message: `is no version: ${versionName ?? 'see semver.org'}` });
  const claim = manifest.id.includes('model') ? 'modeled' : 'measured';
  if (manifest.claim !== claim) {
    problems.push({
      path: 'claim',
      message: `must be "${claim}": a plugin is modeled exactly when its id says model`,
    });
  }
  if (semver.validRange(manifest.requires.engine_semver) === null) {
    problems.push({ path: 'requires.engine_semver', message: 'is no range of versions' });
  }
  const dependencies = manifest.depends_on.map((dependency) => dependency.id);
  for (const [i, id] of dependencies.entries()) {
    if (id === manifest.id) problems.push({ path: `depends_on.${i}.id`, message: 'is the plugin itself' });
    if (dependencies.indexOf(id) < i)
      problems.push({ path: `depends_on.${i}.id`, message: 'is named twice' });
  }
  problems.push(...networkProblems(manifest));
  if (manifest.capabilities_required.includes('full_load') && manifest.concurrency_class !== 'memory')
    problems.push({
      path: 'concurrency_class',
      message: 'must be "memory": full_load holds all rows at once',
    });
  const reason = schemaProblem(manifest.config_schema);
  if (reason !== undefined) problems.push({ path: 'config_schema', message: reason });
  return problems;
}

function schemaProblem(schema: Record<string, unknown>): string | undefined {
  try {
    // as it is compiled for settings
    checkSettings(schema, {});
    return undefined;
  } catch (error) {
    return `is no JSON Schema: ${messageOf(error)}`;
  }
}
