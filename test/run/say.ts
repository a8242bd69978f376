import { runProgram } from '../../src/cli/program.ts';
import type { RunSummary } from '../../src/contract/index.ts';

/** What a command line said, and its exit code. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process: quicker than a process of its own, where that is not what is tested. */
export async function say(args: readonly string[]): Promise<Said> {
  const said = { out: '', err: '' };
  const code = await runProgram(args, '0', {
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    live: false,
    columns: 80,
  });
  return { code, ...said };
}

/** `run --json` in this process, which must end COMPLETED (or as told): its summary. */
export async function run(
  file: string,
  appdata: string,
  args: readonly string[] = [],
  options: { readonly code?: number } = {},
): Promise<RunSummary> {
  const said = await say(['run', file, '--json', '--quiet', '--appdata', appdata, ...args]);
  if (said.code !== (options.code ?? 0)) {
    throw new Error(`run ended with ${said.code}\n${said.out}\n${said.err}`);
  }
  return JSON.parse(said.out) as RunSummary;
}
