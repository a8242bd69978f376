import { lstat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { appPaths, HarnessError, isSystemError, isThere, messageOf } from '../../base/index.ts';
import { BUNDLE_DOCUMENT } from '../../bundle/index.ts';
import type { ValidationCheck } from '../../contract/index.ts';
import { type LoadedPlugin, loadPluginFolder } from '../../plugin-host/index.ts';
import { refuseUnlessItLoads, withReceived } from '../plugins/receive-bundle.ts';
import { verdict } from './verdicts.ts';

/** Something that is to be a plugin: loaded, or why it can not be. */
export interface Named {
  readonly source: string;
  readonly plugin: LoadedPlugin | undefined;
  readonly checks: readonly ValidationCheck[];
}

/** Loads the plugin in a folder or a bundle; undefined where there is no such thing. */
export async function loadFrom(source: string, workFolder: string): Promise<Named | undefined> {
  const path = resolve(source);
  const isFolder = await folderAt(path);
  if (isFolder === undefined) return undefined;
  const isBundle = !isFolder || (await isThere(join(path, BUNDLE_DOCUMENT)));
  try {
    return loaded(source, isBundle ? await loadBundle(path, workFolder) : await loadPluginFolder(path));
  } catch (error) {
    return { source, plugin: undefined, checks: refusal(error, isBundle) };
  }
}

export function loaded(source: string, plugin: LoadedPlugin): Named {
  const { id, version, type } = plugin.manifest;
  return {
    source,
    plugin,
    checks: [
      verdict('manifest', 'pass', `${id} ${version}, ${type}`),
      verdict('bundle', 'pass', `${plugin.bundle.length} characters, ${plugin.codeSha256}`),
    ],
  };
}

/** As it would be installed, with nothing kept of it. */
function loadBundle(path: string, workFolder: string): Promise<LoadedPlugin> {
  return withReceived({ paths: appPaths(workFolder) }, [path], async ([received]) => {
    if (received === undefined) throw new Error('nothing was received');
    await refuseUnlessItLoads(received);
    return received.plugin;
  });
}

/** Which of the first two checks an error of loading belongs to. */
function refusal(error: unknown, isBundle: boolean): ValidationCheck[] {
  if (!(error instanceof HarnessError)) throw error;
  if (error.code === 'SH_PLUGIN_MANIFEST_INVALID') return [verdict('manifest', 'fail', messageOf(error))];
  const bundle = verdict('bundle', 'fail', messageOf(error));
  // Whoever has a bundle can't take anything out of it: what to do is what installing it would say.
  return isBundle
    ? [{ ...bundle, todo: error.hint, code: error.code }]
    : [verdict('manifest', 'pass', 'plugin.json is valid'), bundle];
}

async function folderAt(path: string): Promise<boolean | undefined> {
  try {
    return (await lstat(path)).isDirectory();
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
