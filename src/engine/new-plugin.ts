import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import {
  asFileError,
  ensureDirectory,
  HarnessError,
  isSystemError,
  messageOf,
  removeTree,
  unsafeFileName,
} from '../base/index.ts';
import { PLUGIN_NAME } from '../contract/index.ts';
import { programRoot } from './built-in-plugins.ts';

export interface NewPluginRequest {
  readonly id: string;
  /** The folder above the plugin's own; made if it is missing. */
  readonly out: string;
  readonly type: 'profile' | 'analysis';
  readonly language: 'ts' | 'js';
  /** Ids that a plugin can't have, because another has them. */
  readonly taken: readonly string[];
}

export interface NewPlugin {
  readonly id: string;
  readonly folder: string;
  /** Everything that was written, relative to `out`, with forward slashes. */
  readonly files: readonly string[];
  /** A table to try it on. */
  readonly example: string;
  /** What is missing, if anything. */
  readonly warnings: readonly string[];
}

const MOST_LETTERS = 100;
const MODULES = 'node_modules';
const PACKAGE = 'statistic-harness';

/**
 * Writes a plugin that works: code, manifest, test and a few lines to read in a folder of its own; and beside it, where
 * they are missing, what an editor and the tests need to find the sdk. What is there stays as it is.
 * Throws SH_PLUGIN_NAME_UNUSABLE, SH_PLUGIN_EXISTS, SH_OUT_FILE_UNUSABLE, SH_IO.
 */
export async function newPlugin(request: NewPluginRequest): Promise<NewPlugin> {
  const problem = nameProblem(request);
  if (problem !== undefined)
    throw new HarnessError('SH_PLUGIN_NAME_UNUSABLE', { name: request.id, reason: problem });
  const out = resolve(request.out);
  const folder = join(out, request.id);
  try {
    await makeOut(out);
    const written = await writePlugin(request, folder);
    const project = await writeProject(out);
    const warnings = await linkProgram(out);
    const files = [...written.map((name) => `${request.id}/${name}`), ...project];
    const example = join(programRoot(), 'examples', 'sales.csv');
    return { id: request.id, folder, files, example, warnings };
  } catch (error) {
    throw asFileError(error, folder);
  }
}

function nameProblem({ id, taken }: NewPluginRequest): string | undefined {
  if (!PLUGIN_NAME.test(id))
    return 'it has to begin with a small letter and hold small letters, digits and _ only';
  if (id.length > MOST_LETTERS) return `it is longer than ${MOST_LETTERS} characters`;
  if (id === MODULES) return 'the folder of that name beside the plugins holds what their tests need';
  const unsafe = unsafeFileName(id);
  if (unsafe !== undefined) return `it is no name for a folder everywhere: ${unsafe}`;
  if (taken.includes(id)) return 'another plugin has it';
  if (id.includes('model'))
    return 'a name with "model" is for plugins whose findings rest on a model, and this one only measures';
  return undefined;
}

async function writePlugin({ id, type, language }: NewPluginRequest, folder: string): Promise<string[]> {
  await makeNew(folder);
  try {
    const template = join(programRoot(), 'templates', type);
    const names = (await readdir(template)).sort();
    const texts = await Promise.all(names.map((name) => readFile(join(template, name), 'utf8')));
    const { id: templateId } = JSON.parse(texts[names.indexOf('plugin.json')] ?? '') as { id: string };
    // The templates hold no type annotations: the same text is TypeScript and JavaScript.
    const inLanguage = (text: string) =>
      language === 'ts' ? text : text.replaceAll(/\b(plugin(\.test)?)\.ts\b/g, '$1.js');
    const renamed = (name: string, text: string) => {
      if (name === 'plugin.json') return text.replace(`"id": "${templateId}"`, `"id": "${id}"`);
      return name === 'README.md' ? text.replace(`# ${templateId}`, `# ${id}`) : text;
    };
    for (const [i, name] of names.entries())
      await writeNew(join(folder, inLanguage(name)), inLanguage(renamed(name, texts[i] ?? '')));
    return names.map(inLanguage);
  } catch (error) {
    await removeTree(folder);
    throw error;
  }
}

async function makeOut(out: string): Promise<void> {
  try {
    await ensureDirectory(out);
  } catch (error) {
    if (!isSystemError(error, 'EEXIST', 'ENOTDIR')) throw error;
    const reason = 'it is no folder, or a file stands where one of its folders would be';
    throw new HarnessError('SH_OUT_FILE_UNUSABLE', { path: out, reason }, { cause: error });
  }
}

async function makeNew(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
    throw new HarnessError('SH_PLUGIN_EXISTS', { path: folder });
  }
}

/** `package.json` and `tsconfig.json` above the plugins, each only where there is none. */
async function writeProject(out: string): Promise<string[]> {
  const template = join(programRoot(), 'templates', 'project');
  const written: string[] = [];
  for (const name of (await readdir(template)).sort()) {
    if (existsSync(join(out, name))) continue;
    const text = await readFile(join(template, name), 'utf8');
    await writeNew(join(out, name), text.replace('PROGRAM', JSON.stringify(pathOfProgram(out)).slice(1, -1)));
    written.push(name);
  }
  return written;
}

/** As npm writes a dependency on a folder: relative where it can be. */
function pathOfProgram(out: string): string {
  return relative(out, programRoot()).split(sep).join('/');
}

/**
 * `node_modules/statistic-harness`, a link to this program as npm would make it: without npm or a network, and on
 * Windows a junction, which takes no rights. It lies above the plugins, because a plugin's folder may hold no link.
 */
async function linkProgram(out: string): Promise<string[]> {
  const modules = join(out, MODULES);
  try {
    await ensureDirectory(modules);
    await symlink(programRoot(), join(modules, PACKAGE), 'junction');
    return [];
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return [];
    return [`${PACKAGE} is not linked into ${modules}: ${messageOf(error)}; "npm install" there does it too`];
  }
}

/** Writes a file that is not there yet. */
async function writeNew(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: 'wx' });
}
