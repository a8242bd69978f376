import { unsafeFileName } from '../base/index.ts';
import { ARTIFACT_NAME, type PluginManifest } from '../contract/index.ts';

/** Files that one execution handed over, by name, in the order they came. */
export type ReceivedArtifacts = ReadonlyMap<string, Uint8Array>;

export interface ArtifactReceiver {
  /** Keeps a file, or throws the reason why not: to the plugin it is an error like any other. */
  keep(name: string, content: Uint8Array): void;
  readonly received: ReceivedArtifacts;
}

const MOST_ARTIFACTS = 1000;

/** Takes the files of one execution into memory: how many bytes they may have together is counted before they get here. */
export function receiveArtifacts(capabilities: PluginManifest['capabilities_required']): ArtifactReceiver {
  const received = new Map<string, Uint8Array>();
  const taken = new Set<string>();
  return {
    received,
    keep(name, content) {
      if (!capabilities.includes('artifacts.write')) {
        throw new Error('the manifest does not ask for artifacts.write');
      }
      const unsafe = unsafeName(name);
      if (unsafe !== undefined)
        throw new TypeError(`"${name.slice(0, 200)}" is no name for an artifact: ${unsafe}`);
      // Windows and macOS take names that differ by case alone for one.
      const folded = name.toLowerCase();
      if (taken.has(folded)) throw new TypeError(`two artifacts are called ${name}`);
      if (received.size >= MOST_ARTIFACTS) throw new RangeError(`more than ${MOST_ARTIFACTS} artifacts`);
      taken.add(folded);
      received.set(name, content);
    },
  };
}

function unsafeName(name: string): string | undefined {
  if (!ARTIFACT_NAME.test(name)) return 'at most 100 letters, digits, "_", "-" and "." after the first';
  return unsafeFileName(name);
}
