import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runAnalysis, withApp } from '../../src/engine/index.ts';
import { temporaryFolder } from './command.ts';
import { countingServer, reachingPlugin } from './reaching-out.ts';
import { say } from './say.ts';

const ID = 'reaches_out';

test('EXT-04 an approval that is revoked once a run is planned stops it before anything is executed: exit code 6', async () => {
  const server = await countingServer();
  const folder = temporaryFolder();
  const appdata = join(folder, 'appdata');
  const plugins = reachingPlugin(join(folder, 'plugins'), server.host);
  const table = join(folder, 'orders.csv');
  writeFileSync(table, 'id,amount\n1,2\n2,3\n');
  const at = ['--plugin-dir', plugins, '--appdata', appdata];
  expect((await say(['plugins', 'approve', ID, 'network', '--host', server.host, ...at])).code).toBe(0);
  const running = withApp({ appdata }, (app) =>
    runAnalysis(app, {
      files: [table],
      flags: { plugins: [ID] },
      ...{ pluginFolders: [plugins], allowNetwork: [ID], force: false, wait: true, osSandbox: 'auto' },
      // What was approved is read before the table is; the run gets its turn after both.
      onProgress: () => {
        for (const { id } of app.state.approvals.ofPlugin(ID)) app.state.approvals.revoke(id, 'somebody');
      },
    }),
  );
  await expect(running).rejects.toMatchObject({
    code: 'SH_PLUGIN_DENIED',
    exitCode: 6,
    message: expect.stringContaining('was revoked, or replaced, while the run waited'),
  });
  expect(server.connections).toBe(0);
});
