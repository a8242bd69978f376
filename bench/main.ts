// `npm run bench -- tcpd --data FOLDER`: see bench/tcpd. `npm run bench -- xlsx`: a full sheet.
// `npm run bench -- plugins`: what each plugin costs. `npm run bench -- sandbox`: what the sandbox costs. `npm run bench -- synth`: a log of its own, and a run on it.
// `npm run bench -- null-tables`, `planted`, `crash N`: false claims, recall, kills. Without a name:
// the engine beside its peers on the same files, compared with bench/baseline.json (docs/explain/performance.md).
import { benchAppend } from './append.ts';
import { benchBesidePeers } from './compare.ts';
import { benchCrashes } from './crash/run.ts';
import { benchMemory } from './memory.ts';
import { benchNullTables } from './null-tables.ts';
import { benchPlanted } from './planted.ts';
import { benchPlantedLogs } from './planted-logs.ts';
import { benchPlugins } from './plugins.ts';
import { benchSandbox } from './sandbox.ts';
import { benchServe } from './serve.ts';
import { benchSynth } from './synth.ts';
import { benchChangePoints } from './tcpd/run.ts';
import { benchWorkbook } from './xlsx.ts';

const BENCHES = new Map<string, (args: string[]) => void | Promise<void>>([
  ['append', benchAppend],
  ['crash', benchCrashes],
  ['memory', benchMemory],
  ['null-tables', benchNullTables],
  ['planted', benchPlanted],
  ['planted-logs', benchPlantedLogs],
  ['plugins', benchPlugins],
  ['sandbox', benchSandbox],
  ['serve', benchServe],
  ['synth', benchSynth],
  ['tcpd', benchChangePoints],
  ['xlsx', benchWorkbook],
]);

const [name, ...rest] = process.argv.slice(2);
const named = BENCHES.get(name ?? '');
if (named !== undefined) {
  await named(rest);
  process.exit(0);
}

if (process.argv.includes('--help')) {
  console.log(
    'npm run bench -- [--rows 1000000] [--repeats 3] [--only NAME] [--no-others] [--folder DIR] [--gate | --write-baseline]',
  );
  console.log('npm run bench -- append [--rows 1000000] [--folder DIR]');
  console.log(
    'npm run bench -- serve [--runs 10000] [--rows 1000000] [--upload-mb 1000] [--only NAME] [--keep] [--folder DIR]',
  );
  console.log('npm run bench -- synth [--rows 1000000] [--folder DIR]');
  console.log('npm run bench -- tcpd --data FOLDER [--run]');
  console.log('npm run bench -- null-tables [--seeds 200] [--what table|log|queue|incidents|sessions|close]');
  console.log('npm run bench -- crash [200] [--lanes 2] [--folder DIR]');
  console.log(
    'npm run bench -- memory [--rows 1000000] [--what table|wide|log | --file CSV] [--plugins IDS] [--caps 1GB,2GB,4GB] [--workers 2] [--chunk-rows N] [--others] [--folder DIR]',
  );
  console.log('npm run bench -- planted [--seeds 10]');
  console.log('npm run bench -- planted-logs [--seeds 20] [--only NAME]');
  console.log(
    'npm run bench -- plugins [--rows 1000000] [--repeats 3] [--only NAME,…] [--write-costs] [--folder DIR]',
  );
  console.log('npm run bench -- sandbox [--rows 1000000] [--repeats 3] [--folder DIR]');
  console.log('npm run bench -- xlsx [--rows 1048576] [--repeats 1] [--memory 2GB] [--folder DIR]');
  process.exit(0);
}

await benchBesidePeers(process.argv.slice(2));
