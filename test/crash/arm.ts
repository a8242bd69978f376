// Loaded before the program (`node --import`): puts the hook in place that its fail points call. What is to happen stands
// in an environment variable that only this module reads.
import { appendFileSync, cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ARMED, type Arming } from './arming.ts';

const text = process.env[ARMED];
// Processes that this one starts are not meant.
delete process.env[ARMED];

if (text !== undefined) {
  const arming = JSON.parse(text) as Arming;
  const passed = new Map<string, number>();
  let snapshots = 0;
  let failures = 0;
  Reflect.set(globalThis, Symbol.for('statistic-harness.fail-point'), (name: string, path: string): void => {
    const count = (passed.get(name) ?? 0) + 1;
    passed.set(name, count);
    if (arming.log !== undefined) appendFileSync(arming.log, `${name}\n`);
    if (arming.snapshots !== undefined) {
      snapshots += 1;
      const folder = join(arming.snapshots.folder, `${String(snapshots).padStart(4, '0')} ${name} ${count}`);
      mkdirSync(folder, { recursive: true });
      cpSync(arming.snapshots.of, folder, { recursive: true });
    }
    const { at } = arming;
    if (at === undefined || at.name !== name || count < at.nth) return;
    if (at.effect === 'kill') process.kill(process.pid, 'SIGKILL');
    if (failures >= at.times) return;
    failures += 1;
    throw Object.assign(new Error(`${at.effect}: injected, write '${path}'`), {
      code: at.effect,
      errno: -1,
      syscall: 'write',
      path,
    });
  });
}
