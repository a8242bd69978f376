// Adds to package-lock.json the packages for other platforms that npm left out because its registry lacks them.
// `npm ci` refuses a lock file without them, and Windows needs its own. Run it after each `npm install`.
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const systems = ['win32', 'darwin', 'linux', 'android', 'freebsd', 'openharmony'];
const processors = ['x64', 'arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x'];
const libraries = { musl: 'musl', musleabihf: 'musl', gnu: 'glibc', gnueabihf: 'glibc', glibc: 'glibc' };

for (const parent of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    if (lock.packages[key]?.version !== undefined) continue;
    const words = name.split(/[-/]/);
    const libc = words.flatMap((word) => libraries[word] ?? []);
    lock.packages[key] = {
      version,
      ...(libc.length > 0 && { libc }),
      cpu: processors.filter((word) => words.includes(word)),
      ...(parent.dev && { dev: true }),
      optional: true,
      os: systems.filter((word) => words.includes(word)),
    };
    console.log(`added ${name} ${version}`);
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
