import { expect, onTestFinished, test } from 'vitest';
import { withInterrupt } from '../../src/cli/interrupt.ts';

const listening = (): number => process.listenerCount('SIGINT');

test('one press that comes twice, the second time after the command has stopped, does not kill the process', async () => {
  const before = { SIGINT: process.listeners('SIGINT'), SIGTERM: process.listeners('SIGTERM') };
  onTestFinished(() => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      for (const listener of process.listeners(signal)) {
        if (!before[signal].includes(listener)) process.removeListener(signal, listener);
      }
    }
  });
  await withInterrupt(async (signal) => {
    process.emit('SIGINT', 'SIGINT');
    expect(signal.aborted).toBe(true);
  });
  expect(listening()).toBe(before.SIGINT.length + 1);
  process.emit('SIGINT', 'SIGINT');
});

test('a command that nobody interrupted leaves no listener', async () => {
  const before = listening();
  await withInterrupt(async () => expect(listening()).toBe(before + 1));
  expect(listening()).toBe(before);
});
