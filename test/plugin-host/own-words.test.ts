import { expect, test } from 'vitest';
import { inOwnWords } from '../../src/plugin-host/own-words.ts';

test('EXT-04 what the runtime refuses is told with what would change it here, not with flags of the runtime', () => {
  const net = 'NotCapable: Requires net access to "127.0.0.1:8378", run again with the --allow-net flag';
  expect(inOwnWords(net)).toBe(
    'Requires net access to "127.0.0.1:8378", which it was not granted: a host has to be declared (network_hosts), approved (plugins approve) and allowed in the run (--allow-network)',
  );
  const uncaught = `it ended without a result (exit code 1): error: Uncaught (in promise) ${net}`;
  expect(inOwnWords(uncaught)).not.toMatch(/run again|--allow-net\b(?!work)|NotCapable/);
  expect(
    inOwnWords(
      'Error: NotCapable: Requires read access to "/etc/hosts", run again with the --allow-read flag',
    ),
  ).toBe('Error: Requires read access to "/etc/hosts", which no plugin is granted');
  expect(inOwnWords('Error: run again with care')).toBe('Error: run again with care');
});
