import { describe, expect, test } from 'vitest';
import { executeHostile } from './execute-hostile.ts';

test('a plugin that does not ask for artifacts.write hands nothing over, one without dataset.read asks nothing', async () => {
  const { end } = await executeHostile('', {
    manifest: { capabilities_required: [] },
    code: `export default { async analyze(ctx) {
      for (const attempt of [
        () => ctx.artifact({ path: 'a', content: 'x', media_type: 'text/plain', title: 'a' }),
        () => ctx.query('SELECT 1'),
      ]) try { await attempt(); ctx.note('done'); } catch (error) { ctx.note(error.message); }
    } };`,
  });
  expect(end).toMatchObject({
    status: 'ok',
    output: {
      notes: ['the manifest does not ask for artifacts.write', 'the manifest does not ask for dataset.read'],
    },
    artifacts: new Map(),
  });
});

describe('an artifact', () => {
  const artifact = (path: string, content = 'x') =>
    `await ctx.artifact({ path: ${JSON.stringify(path)}, content: ${JSON.stringify(content)}, media_type: 'text/plain', title: 'a' })`;

  test.each([
    ['that climbs out', ['../a.txt']],
    ['with an absolute name', ['/etc/a.txt']],
    ['with a name that Windows keeps for a device', ['aux.txt']],
    ['with a trailing dot', ['a.']],
    ['with half a surrogate pair in its name', ['a\ud800']],
    ['twice', ['a.txt', 'a.txt']],
    ['that differs by case alone from another', ['a.txt', 'A.TXT']],
  ])('%s is refused inside the plugin, and its output stays valid', async (_, names) => {
    const kept = names.slice(0, -1);
    const code = `export default { async analyze(ctx) {
      ${names.map((name) => `try { ${artifact(name)}; } catch (error) { ctx.note(error.name); }`).join('\n')}
    } };`;
    const { end } = await executeHostile('', { code });
    expect(end).toMatchObject({ status: 'ok', output: { notes: ['HostError'] } });
    expect(end.status === 'ok' && [...end.artifacts.keys()]).toEqual(kept);
  });

  test('arrives as it was handed over, text or bytes', async () => {
    const code = `export default { async analyze(ctx) {
      ${artifact('a.txt', 'grün')};
      await ctx.artifact({ path: 'b.bin', content: Uint8Array.of(0, 255, 7), media_type: 'text/plain', title: 'b' });
      ${artifact('empty', '')};
    } };`;
    const { end } = await executeHostile('', { code });
    const received = end.status === 'ok' ? [...end.artifacts].map(([name, bytes]) => [name, [...bytes]]) : [];
    expect(received).toEqual([
      ['a.txt', [...Buffer.from('grün')]],
      ['b.bin', [0, 255, 7]],
      ['empty', []],
    ]);
  });

  test('that is larger than its limit ends the execution at its header, before a byte of it is kept', async () => {
    const settings = { kind: 3, length: 3 * 2 ** 20 };
    const { end } = await executeHostile('forged_frames', {
      bareGlobals: true,
      settings,
      limits: { output_mb: 2 },
    });
    expect(end).toMatchObject({ status: 'limit_exceeded', reason: 'artifacts: more than 2 MB' });
  });

  test.each([
    ['is shorter than its header says', '05000000', /shorter/],
    ['has no header', '0000', /shorter/],
    ['has a header that is not JSON', '0100000061', /not JSON/],
    [
      'has a header of another form',
      `02000000${Buffer.from('{}').toString('hex')}`,
      /form that does not exist/,
    ],
  ])('that %s is invalid output', async (_, hex, reason) => {
    const settings = { kind: 3, hex };
    const { end } = await executeHostile('forged_frames', { bareGlobals: true, settings });
    expect(end).toMatchObject({ status: 'invalid_output', reason: expect.stringMatching(reason) });
  });
});
