import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder of these tests alone, where the run of the example is kept once one of them has made it. */
    readonly exampleFolder: string;
  }
}

/** Before the first test and after the last one. */
export default function setup(project: TestProject): () => void {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'stat-harness-example-')));
  project.provide('exampleFolder', folder);
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
