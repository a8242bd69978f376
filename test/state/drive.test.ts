import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  type Drive,
  type DriveFacts,
  driveOf,
  driveWarning,
  refuseUnsafeDrive,
} from '../../src/state/drive.ts';

const folder = new URL('../../fixtures/mounts/', import.meta.url);
const WSL = '6.6.87.2-microsoft-standard-WSL2';
const LINUX = '6.8.0-60-generic';

/** A machine with the mount table of a fixture. `crypt`: its encrypted devices. */
function machine(
  table: string,
  kernel = table.startsWith('wsl') ? WSL : LINUX,
  crypt: string[] = [],
): DriveFacts {
  return {
    platform: 'linux',
    kernel,
    mountTable: () => readFileSync(fileURLToPath(new URL(`${table}.txt`, folder)), 'utf8'),
    mapperIds: (device) => (crypt.includes(device) ? ['LVM-x', 'CRYPT-LUKS2-y'] : []),
  };
}

type Case = [table: string, path: string, verdict: Drive['verdict'], type: string, what?: string];
const CASES: Case[] = [
  ['wsl2', '/mnt/c/Users/ana/appdata', 'unsafe', '9p', 'a Windows drive, seen from WSL'],
  ['wsl2', '/mnt/d', 'unsafe', '9p', 'a Windows drive, seen from WSL'],
  ['wsl2', '/home/ana/.local/share/statistic-harness', 'good', 'ext4'],
  ['wsl2', '/mnt/c/linux/appdata', 'good', 'ext4'],
  ['wsl2', '/mnt/cd/appdata', 'good', 'ext4'],
  ['wsl2-virtiofs', '/mnt/c/data', 'unsafe', 'virtiofs', 'a Windows drive, seen from WSL'],
  ['wsl2-virtiofs', '/home/ana', 'good', 'ext4'],
  ['wsl1', '/mnt/c/data', 'unsafe', 'drvfs', 'a Windows drive, seen from WSL'],
  ['wsl1', '/home/ana', 'good', 'wslfs'],
  ['laptop-encrypted', '/home/ana', 'good', 'ext4'],
  ['laptop-encrypted', '/media/ana/Windows Data/x', 'good', 'fuseblk'],
  ['laptop-encrypted', '/home/ana/vault/x', 'good', 'fuse.gocryptfs'],
  ['laptop-encrypted', '/tmp/x', 'good', 'tmpfs'],
  ['office-network', '/home/ana/data', 'unsafe', 'nfs4', 'a network drive (nfs4)'],
  ['office-network', '/home/ana/local/data', 'good', 'xfs'],
  ['office-network', '/mnt/my share/data', 'unsafe', 'cifs', 'a network drive (cifs)'],
  ['office-network', '/mnt/ssh', 'unsafe', 'fuse.sshfs', 'a network drive (fuse.sshfs)'],
  ['office-network', '/mnt/lab', 'unsafe', '9p', 'a network drive (9p)'],
  ['office-network', '/var/lib/data', 'good', 'xfs'],
  ['docker', '/root/.local/share', 'good', 'overlay'],
  ['docker', '/data/x', 'good', 'ext4'],
  ['docker', '/workspace/x', 'slow', 'fakeowner', 'shared with the host'],
  ['docker', '/shared/x', 'slow', 'virtiofs', 'shared with the host'],
  ['sandboxed-root', '/root/x', 'good', '9p'],
  ['microvm', '/work/x', 'good', 'ext4'],
];

describe('PERF-06 the drive of an appdata is told from the mount table', () => {
  test.each(CASES)('%s: %s is %s (%s)', (table, path, verdict, type, what = '') => {
    const drive = driveOf(path, machine(table));
    expect(drive).toMatchObject({ verdict, type });
    expect(drive.what).toContain(what);
    const warning = driveWarning(path, machine(table));
    if (verdict === 'good') expect(warning).toBeUndefined();
    else expect(warning).toMatch(/Move it .* --appdata or STAT_HARNESS_APPDATA/);
    const refuse = () => refuseUnsafeDrive(path, machine(table));
    if (verdict === 'unsafe') {
      expect(refuse).toThrow(expect.objectContaining({ code: 'SH_APPDATA_UNUSABLE', exitCode: 2 }));
      expect(refuse).toThrow(/--any-drive/);
    } else expect(refuse).not.toThrow();
  });

  test('every recorded table has a path that gives no alarm', () => {
    const tables = readdirSync(folder).filter((name) => name.endsWith('.txt'));
    const good = new Set(
      CASES.filter(([, , verdict]) => verdict === 'good').map(([table]) => `${table}.txt`),
    );
    expect(tables.filter((name) => !good.has(name))).toEqual([]);
  });

  test('a machine without a mount table gives no alarm; a share on Windows does', () => {
    const facts = { ...machine('wsl2'), mountTable: () => undefined };
    expect(driveOf('/data', facts).verdict).toBe('good');
    const windows: DriveFacts = { ...facts, platform: 'win32' };
    expect(driveOf('C:\\data', windows).verdict).toBe('good');
    expect(driveOf('\\\\wsl$\\Ubuntu\\home', windows).verdict).toBe('unsafe');
    expect(driveOf('//filer/share', windows).verdict).toBe('unsafe');
  });
});

test('SEC-07 whether a volume is encrypted is told where this system can see it, and else left open', () => {
  const laptop = machine('laptop-encrypted', LINUX, ['253:1']);
  expect(driveOf('/home/ana', laptop).encrypted).toBe(true);
  expect(driveOf('/home/ana/vault', laptop).encrypted).toBe(true);
  expect(driveOf('/boot', laptop).encrypted).toBe(false);
  expect(driveOf('/tmp/x', laptop).encrypted).toBeNull();
  expect(driveOf('/home/ana', machine('wsl2')).encrypted).toBeNull();
});
