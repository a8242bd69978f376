// `npm test`: the checks and every test that blocks a landing.
import { run } from './steps.mjs';

run([
  ['types', 'tsc', ['-p', '.']],
  ['import rule', 'depcruise', ['--config', '.dependency-cruiser.cjs', 'src', 'plugins']],
  ['tests', 'vitest', ['run', ...process.argv.slice(2)]],
]);
