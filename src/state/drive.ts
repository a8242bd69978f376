import { readdirSync, readFileSync, realpathSync, statfsSync } from 'node:fs';
import { release } from 'node:os';
import { HarnessError } from '../base/index.ts';

/** What a folder lies on, and what that means for a database. */
export interface Drive {
  /** As the system calls it, such as `ext4`; empty where it does not tell. */
  readonly type: string;
  /** `unsafe`: its locks and shared memory do not protect a database. */
  readonly verdict: 'good' | 'slow' | 'unsafe';
  /** What it is, in words; empty where the verdict is good. */
  readonly what: string;
  /** Whether this system encrypts it; null where that can't be seen from here. */
  readonly encrypted: boolean | null;
}

/** Facts about the machine, as effects that tests replace. */
export interface DriveFacts {
  readonly platform: NodeJS.Platform;
  readonly kernel: string;
  /** The mount table in the form of mountinfo (proc_pid_mountinfo(5)); undefined where there is none. */
  mountTable(): string | undefined;
  /** The device-mapper ids of a block device (`major:minor`) and of all that it stands on. */
  mapperIds(device: string): readonly string[];
}

export const systemDriveFacts: DriveFacts = {
  platform: process.platform,
  kernel: release(),
  mountTable: () => readIfThere('/proc/self/mountinfo'),
  mapperIds,
};

// Files of another machine, or of the host: locks and mapped memory are not those that the other side sees.
const NETWORK = new Set(
  (
    'nfs nfs4 cifs smb2 smb3 smbfs ncpfs afs coda ceph glusterfs lustre gpfs beegfs davfs fuse.sshfs fuse.rclone ' +
    'fuse.davfs fuse.gcsfuse fuse.s3fs fuse.goofys fuse.curlftpfs fuse.smbnetfs fuse.gvfsd-fuse fuse.glusterfs ' +
    'fuse.ceph fuse.ceph-fuse'
  ).split(' '),
);
const SHARED_WITH_HOST = new Set(['vboxsf', 'prl_fs', 'fuse.prl_fsd', 'vmhgfs', 'fuse.vmhgfs-fuse']);
const SLOW_SHARES = new Set(['fuse.grpcfuse', 'fuse.osxfs', 'osxfs', 'fakeowner', 'virtiofs']);
const ENCRYPTING = new Set(['ecryptfs', 'fuse.gocryptfs', 'fuse.encfs', 'fuse.cryfs']);

/** What a folder lies on. The folder must exist. */
export function driveOf(folder: string, facts: DriveFacts = systemDriveFacts): Drive {
  if (facts.platform === 'win32') return windowsDrive(folder);
  const mount = mountOf(folder, facts.mountTable() ?? '');
  if (mount === undefined) return { type: '', verdict: 'good', what: '', encrypted: null };
  const underWsl = /microsoft/i.test(facts.kernel);
  return { type: mount.type, ...verdictOn(mount, underWsl), encrypted: isEncrypted(mount, underWsl, facts) };
}

/** A path with two leading slashes is a share, or a folder inside WSL. */
function windowsDrive(folder: string): Drive {
  const isShare = /^[\\/]{2}/.test(folder);
  const what = isShare ? 'a network drive, or inside WSL' : '';
  return { type: '', verdict: isShare ? 'unsafe' : 'good', what, encrypted: null };
}

function verdictOn(mount: Mount, underWsl: boolean): Pick<Drive, 'verdict' | 'what'> {
  const { type, options, point } = mount;
  const windows = type === 'drvfs' || /\baname=drvfs\b/.test(options);
  if (windows || (underWsl && (type === '9p' || type === 'virtiofs'))) {
    return { verdict: 'unsafe', what: 'a Windows drive, seen from WSL' };
  }
  if (NETWORK.has(type)) return { verdict: 'unsafe', what: `a network drive (${type})` };
  if (type === '9p' && /\btrans=(tcp|rdma)\b/.test(options)) {
    return { verdict: 'unsafe', what: 'a network drive (9p)' };
  }
  if (SHARED_WITH_HOST.has(type)) {
    return { verdict: 'unsafe', what: `a folder shared with the host of this virtual machine (${type})` };
  }
  // What a container or a small virtual machine was started from is its own.
  if (SLOW_SHARES.has(type) && point !== '/') {
    return { verdict: 'slow', what: `a folder shared with the host of this container (${type})` };
  }
  return { verdict: 'good', what: '' };
}

/** A mount, as far as it matters here. */
interface Mount {
  readonly device: string;
  readonly point: string;
  readonly type: string;
  readonly options: string;
}

/** The mount that a folder lies in: the longest path that leads to it, the newest where one covers another. */
function mountOf(folder: string, table: string): Mount | undefined {
  const path = resolved(folder);
  let best: Mount | undefined;
  for (const line of table.split('\n')) {
    const mount = parsed(line);
    if (mount === undefined || !isWithin(path, mount.point)) continue;
    if (best === undefined || mount.point.length >= best.point.length) best = mount;
  }
  return best;
}

function parsed(line: string): Mount | undefined {
  const [head = '', tail] = line.split(' - ');
  const [, , device, , point, ownOptions] = head.split(' ');
  const [type, , superOptions = ''] = tail?.split(' ') ?? [];
  if (device === undefined || point === undefined || type === undefined) return undefined;
  return { device, point: unescaped(point), type, options: `${ownOptions},${superOptions}` };
}

function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

function isWithin(path: string, point: string): boolean {
  return point === '/' || path === point || path.startsWith(`${point}/`);
}

function resolved(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

function isEncrypted(mount: Mount, underWsl: boolean, facts: DriveFacts): boolean | null {
  if (ENCRYPTING.has(mount.type)) return true;
  // Devices with major number 0 are none: whatever is below can't be seen; and the disk of WSL is a file of Windows.
  if (underWsl || mount.device.startsWith('0:')) return null;
  return facts.mapperIds(mount.device).some((id) => id.startsWith('CRYPT-'));
}

function mapperIds(device: string): string[] {
  const folder = `/sys/dev/block/${device}`;
  const own = readIfThere(`${folder}/dm/uuid`)?.trim();
  const below = namesIn(`${folder}/slaves`).flatMap((name) => {
    const number = readIfThere(`${folder}/slaves/${name}/dev`)?.trim();
    return number === undefined ? [] : mapperIds(number);
  });
  return own === undefined ? below : [own, ...below];
}

/**
 * Refuses a drive where two processes could destroy the database: network drives, Windows drives seen from WSL, folders
 * shared with a host. Error: SH_APPDATA_UNUSABLE.
 */
export function refuseUnsafeDrive(root: string, facts: DriveFacts = systemDriveFacts): void {
  const { verdict, what } = driveOf(root, facts);
  if (verdict !== 'unsafe') return;
  const reason = `it is on ${what}, where file locks do not protect the state database (--any-drive uses it all the same)`;
  throw new HarnessError('SH_APPDATA_UNUSABLE', { path: root, reason });
}

/** Says that an appdata lies where it should not, and how to move it; undefined where all is well. */
export function driveWarning(root: string, facts: DriveFacts = systemDriveFacts): string | undefined {
  const { verdict, what } = driveOf(root, facts);
  if (verdict === 'good') return undefined;
  const why =
    verdict === 'slow' ? 'reading and writing are slow there' : 'locks do not protect the database there';
  return `the appdata ${root} is on ${what}: ${why}. Move it while nothing runs: copy the whole folder to a drive of this system, and name it with --appdata or STAT_HARNESS_APPDATA.`;
}

/** Bytes that this user can still write; null where the system does not tell. */
export function freeBytes(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
