import { unsafeFileName } from '../base/index.ts';
import { ARTIFACT_NAME, type PluginManifest } from '../contract/index.ts';

/** Files that one execution handed over, by name, in the order they came. */
export type ReceivedArtifacts = ReadonlyMap<string, Uint8Array>;

export interface ArtifactReceiver {
  /** Keeps a file; or the reason why not, which is an error inside the plugin. */
  keep(name: string, content: Uint8Array): string | undefined;
  readonly received: ReceivedArtifacts;
  /** True once a file came that the manifest does not ask to write. */
  asksUndeclared(): boolean;
}

const MOST_ARTIFACTS = 1000;

/** Takes the files of one execution into memory: how many bytes they may have together is counted before they get here. */
export function receiveArtifacts(capabilities: PluginManifest['capabilities_required']): ArtifactReceiver {
  const received = new Map<string, Uint8Array>();
  const taken = new Set<string>();
  let undeclared = false;
  return {
    received,
    asksUndeclared: () => undeclared,
    keep(name, content) {
      const problem = problemOf(name);
      if (problem !== undefined) return problem;
      taken.add(folded(name));
      received.set(name, content);
      return undefined;
    },
  };

  function problemOf(name: string): string | undefined {
    if (!capabilities.includes('artifacts.write')) {
      undeclared = true;
      return 'the manifest does not ask for artifacts.write';
    }
    const unsafe = unsafeName(name);
    if (unsafe !== undefined) return `"${name.slice(0, 200)}" is no name for an artifact: ${unsafe}`;
    if (taken.has(folded(name))) return `two artifacts are called ${name}`;
    return received.size < MOST_ARTIFACTS ? undefined : `more than ${MOST_ARTIFACTS} artifacts`;
  }
}

/** Windows and macOS take names that differ by case alone for one. */
function folded(name: string): string {
  return name.toLowerCase();
}

function unsafeName(name: string): string | undefined {
  if (!ARTIFACT_NAME.test(name)) return 'at most 100 letters, digits, "_", "-" and "." after the first';
  return unsafeFileName(name);
}
