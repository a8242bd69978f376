import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs one command of child.ts; tells how it ended: its exit code, or the signal that killed it. */
export function child(command: string, root: string, argument = ''): Promise<number | string> {
  const script = fileURLToPath(new URL('./child.ts', import.meta.url));
  return new Promise((resolve, reject) => {
    const started = spawn(process.execPath, [script, command, root, argument], { stdio: 'inherit' });
    started.on('error', reject);
    started.on('close', (code, signal) => resolve(signal ?? code ?? -1));
  });
}
