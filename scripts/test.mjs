// `npm test`: the checks and every test that blocks a landing.
import { run, runTogether } from './steps.mjs';

await runTogether([
  ['types', 'tsc', ['-p', '.']],
  ['types of the page', 'tsc', ['-p', 'web']],
  ['import rule', 'depcruise', ['--config', '.dependency-cruiser.cjs', 'src', 'plugins', 'web']],
]);
await run(['tests', 'vitest', ['run', ...process.argv.slice(2)]]);
