import { runProgram } from '../../src/cli/program.ts';

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
