import { expect, test } from 'vitest';
import { differences } from './compare-waits.ts';
import { hazardousLog } from './process-log.ts';

test('every wait of a hundred thousand hazardous rows equals the plain implementation to the last digit', async () => {
  const options = { threshold: 60_000_000n, watchdogs: ['WATCHDOG'], closeStart: 20, closeEnd: 5 };
  expect(await differences(hazardousLog(100_000, 20_250_131), options)).toEqual([]);
});
