import { statfsSync } from 'node:fs';
import { arch, cpus, freemem, platform, release, totalmem } from 'node:os';
import { messageOf } from '../base/index.ts';
import { engineIdentity } from '../pipeline/index.ts';
import { sandboxLayers } from '../plugin-host/index.ts';

/** What of a machine can matter when something goes wrong on it; nothing that says whose it is. */
export interface SystemFacts {
  readonly platform: string;
  readonly release: string;
  readonly processors: { readonly count: number; readonly model: string };
  readonly memory: { readonly total_bytes: number; readonly free_bytes: number };
  readonly disk_of_appdata: { readonly free_bytes: number; readonly total_bytes: number } | null;
  readonly engine: {
    readonly version: string;
    readonly code_sha256: string;
    readonly node: string;
    readonly duckdb: string;
    readonly deno: string;
  };
  readonly sandbox_layers: readonly string[];
}

/** Looks at the machine. What can't be found out is null, or says why. */
export async function systemFacts(appdata: string): Promise<SystemFacts> {
  const { version, codeSha256, node, duckdb, deno } = await engineIdentity();
  const [first] = cpus();
  return {
    platform: `${platform()}-${arch()}`,
    release: release(),
    processors: { count: cpus().length, model: first?.model ?? 'unknown' },
    memory: { total_bytes: totalmem(), free_bytes: freemem() },
    disk_of_appdata: diskOf(appdata),
    engine: { version, code_sha256: codeSha256, node, duckdb, deno },
    sandbox_layers: await sandboxLayers().catch((error: unknown) => [`none: ${messageOf(error)}`]),
  };
}

function diskOf(folder: string): SystemFacts['disk_of_appdata'] {
  try {
    const { bsize, bavail, blocks } = statfsSync(folder);
    return { free_bytes: bsize * bavail, total_bytes: bsize * blocks };
  } catch {
    return null;
  }
}
