// `npm run check`: everything that must hold before a commit, in under a minute.
import { run } from './steps.mjs';

const withTests = !process.argv.includes('--no-tests');

run([
  ['format and lint', 'biome', ['check', '--error-on-warnings', '.']],
  ['types', 'tsc', ['-p', '.']],
  ['import rule', 'depcruise', ['--config', '.dependency-cruiser.cjs', 'src', 'plugins']],
  ['unused code', 'knip', ['--no-progress']],
  ...(withTests ? [['fast tests', 'vitest', ['run', '--project', 'fast']]] : []),
]);
