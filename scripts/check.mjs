// `npm run check`: everything that must hold before a commit, in under a minute.
import { run, runTogether } from './steps.mjs';

await runTogether([
  ['types', 'tsc', ['-p', '.']],
  ['types of the page', 'tsc', ['-p', 'web']],
  ['import rule', 'depcruise', ['--config', '.dependency-cruiser.cjs', 'src', 'plugins', 'web']],
  ['unused code', 'knip', ['--no-progress']],
  ['format and lint', 'biome', ['check', '--error-on-warnings', '.']],
]);
if (!process.argv.includes('--no-tests')) {
  await run(['fast tests', 'vitest', ['run', '--project', 'fast']]);
}
