// The entry of the command line, started by bin/stat-harness.mjs.
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';

const version = (): string => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return manifest !== null && typeof manifest === 'object' && 'version' in manifest
    ? String(manifest.version)
    : '';
};

// A reader that has seen enough (`… | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

if (process.argv[2] === '--version' || process.argv[2] === '-V') {
  process.stdout.write(`${version()}\n`);
} else {
  const { runProgram } = await import('./program.ts');
  // Its young objects have 32 MB by now; V8 would give them 128 MB in time, for no less processor time (docs/explain/memory.md).
  setFlagsFromString('--semi-space-growth-factor=1');
  process.exitCode = await runProgram(process.argv.slice(2), version());
  // While Node takes itself down it hears no signal: the second half of one press would kill it then.
  if (process.exitCode === 130) process.stdout.write('', () => process.exit());
}
