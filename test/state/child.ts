// A process of its own that works on an appdata, and may die in the middle: node child.ts COMMAND ROOT [ARGUMENT]
import { appPaths, sha256, systemClock } from '../../src/base/index.ts';
import { connect } from '../../src/state/database.ts';
import { currentOwner, openState } from '../../src/state/index.ts';
import { migrate } from '../../src/state/migrate.ts';
import { MIGRATIONS } from '../../src/state/migrations/index.ts';

const [command = '', root = '', argument = ''] = process.argv.slice(2);
const paths = appPaths(root);
const open = () => openState(paths, { clock: systemClock });

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('still alive');
}

function event(kind: string) {
  return { correlation_id: 'child', kind, subject_kind: 'child', subject_id: argument };
}

const COMMANDS: Readonly<Record<string, () => void>> = {
  open: () => open().close(),
  'link-20': () => {
    const state = open();
    for (let i = 0; i < 20; i++) {
      state.transaction(() => {
        const previous_manifest_sha256 = state.chain.head()?.manifest_sha256 ?? null;
        const run_id = `${argument}-${i}`;
        state.chain.append({ run_id, manifest_sha256: sha256(run_id), previous_manifest_sha256 });
      });
    }
    state.close();
  },
  'die-in-transaction': () => {
    const state = open();
    state.events.append(event('committed'));
    state.transaction(() => {
      state.events.append(event('half-made'));
      die();
    });
  },
  'die-after-two-commits': () => {
    const state = open();
    state.events.append(event('first'));
    state.events.append(event('second'));
    die();
  },
  'die-in-migration': () => {
    // The clock is read when a step's statements are done and its record is about to be written.
    const clock = { ...systemClock, now: die };
    migrate(connect(paths.state), MIGRATIONS, Number(argument), { clock, backUp: () => undefined });
  },
  'die-with-lock': () => {
    open().locks.acquire({ name: 'run', owner: currentOwner(), purpose: argument });
    die();
  },
};

COMMANDS[command]?.();
