import { expect, test } from 'vitest';
import { HarnessError, takeTurns } from '../../src/base/index.ts';
import { newInstance } from '../../src/server/instance.ts';
import { answerProblems } from '../../src/server/problems.ts';
import { newRunRoutes } from '../../src/server/routes/new-runs.ts';
import { newTurns } from '../../src/server/turns.ts';
import { serving } from './serving.ts';

const { app } = await serving();

/** Turns of which all are taken, and none comes free. */
const taken = (what: string) =>
  takeTurns(0, { most: 0, full: () => new HarnessError('SH_HTTP_BUSY', { what }) });

test('a run is begun or resumed in turns of its own, whatever plans, previews and packs have taken', async () => {
  const server = newInstance();
  answerProblems(server, () => undefined);
  const turns = { ...newTurns(), long: taken('plans'), starts: taken('starts') };
  const unused = { version: '0.0.0', uploadLimitBytes: 0, closing: new AbortController().signal };
  newRunRoutes({ ...unused, server, app, turns });
  const waitsFor = async (url: string, payload?: object): Promise<unknown> =>
    (await server.inject({ method: 'POST', url: `/api/v1${url}`, ...(payload && { payload }) })).json()
      .parameters;
  const request = { version: 'log' };
  expect(await waitsFor('/plans', request)).toEqual({ what: 'plans' });
  expect(await waitsFor('/runs', request)).toEqual({ what: 'starts' });
  expect(await waitsFor('/runs/latest/resume')).toEqual({ what: 'starts' });
});
