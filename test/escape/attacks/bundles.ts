import { canonicalJsonFile, sha256 } from '../../../src/base/index.ts';
import { crookedZip, zipOf } from '../../ingest/pack.ts';
import { patched } from '../../ingest/xlsx/patch-zip.ts';
import type { BundleKit } from '../../plugin-registry/bundle-kit.ts';
import type { BundleAttack } from '../attack.ts';

const MANY = Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`f${i}`, '']));

type Make = BundleAttack['make'];

/** Good bundles, each of which looks like some of the attacks. */
const PACKED: Make = (kit) => kit.stored(kit.members);
const REWRITTEN: Make = (kit) => kit.stored(kit.rehashed({ 'README.md': `${kit.textOf('README.md')}!` }));
const LONG: Make = (kit) => kit.stored(kit.rehashed({ 'README.md': 'x'.repeat(1_000_000) }));
const WITHOUT_README: Make = (kit) => {
  const files = kit.rehashed({}, { files: kit.document().files.filter(({ path }) => path !== 'README.md') });
  files.delete('README.md');
  return kit.stored(files);
};
/** The same change in both documents that have to say the same. */
const renamed = (kit: BundleKit, change: { readonly id?: string; readonly version?: string }) =>
  kit.stored(kit.rehashed({ 'plugin.json': JSON.stringify({ ...kit.manifest(), ...change }) }, change));
const OTHER_ID: Make = (kit) => renamed(kit, { id: 'profile_more' });
const OTHER_VERSION: Make = (kit) => renamed(kit, { version: '1.0.1' });
const OTHER_TITLE: Make = (kit) =>
  kit.stored(
    kit.rehashed({ 'plugin.json': JSON.stringify({ ...kit.manifest(), title: '[[[[{{{{ Another title' }) }),
  );
/** The words of attacks, in texts; and lists in lists. */
const CODE_THAT_TALKS: Make = (kit) => {
  const words = `import fs from 'node:fs'; import('https://example.com/x.mjs'); import.meta; throw new Error('boom')`;
  const deep = `${'['.repeat(50)}${']'.repeat(50)}`;
  const more = `\nexport const words = [${JSON.stringify(words)}, ${deep}];`;
  return kit.stored(kit.rehashed({ 'bundle.mjs': kit.textOf('bundle.mjs') + more }));
};

const HOSTILE: readonly (readonly [string, Make, RegExp, Make?])[] = [
  ['a name that climbs out', () => crookedZip('../evil.mjs', 'x'), /^2 .*\.\.\/evil\.mjs/],
  ['a name that climbs out with backslashes', () => crookedZip('..\\evil.mjs', 'x'), /^2 .*\.\.\/evil\.mjs/],
  ['an absolute name', () => crookedZip('/etc/evil', 'x'), /^2 .*\/etc\/evil/],
  ['a drive letter', () => crookedZip('C:\\evil', 'x'), /^2 .*C:\/evil/],
  ['a folder with a drive', () => crookedZip('C:evil', 'x'), /^2 .*C:evil/],
  [
    'a name in a folder',
    (kit) => kit.withExtra('code/bundle.mjs'),
    /^2 .*"code\/bundle\.mjs", which no bundle has/,
  ],
  [
    'a name in a folder with a backslash',
    () => crookedZip('code\\bundle.mjs', 'x'),
    /^2 .*code\/bundle\.mjs/,
  ],
  ['a device of Windows', (kit) => kit.withExtra('nul'), /^2 .*"nul", which no bundle has/],
  ['another stream of a file', () => crookedZip('plugin.json::$DATA', 'x'), /^2 .*plugin\.json::\$DATA/],
  ['a link', (kit) => kit.withMode('bundle.mjs', '/etc/passwd', 0o120777), /^2 .*bundle\.mjs is a link/],
  [
    'a device',
    (kit) => kit.withMode('bundle.mjs', '', 0o020666),
    /^2 .*bundle\.mjs is a link, or something else/,
  ],
  [
    'a pipe',
    (kit) => kit.withMode('README.md', '', 0o010666),
    /^2 .*README\.md is a link, or something else/,
  ],
  [
    'a file that may be executed',
    (kit) => kit.withMode('README.md', kit.textOf('README.md'), 0o104777),
    /^2 .*in the form in which/,
  ],
  [
    'names that differ by case',
    (kit) => kit.withExtra('Plugin.json'),
    /^2 .*it holds (p|P)lugin\.json twice/,
  ],
  [
    'a name twice',
    async (kit) => {
      const twice = await kit.withExtra('bundle.mjX');
      return Buffer.from(twice.toString('latin1').replaceAll('bundle.mjX', 'bundle.mjs'), 'latin1');
    },
    /^2 .*it holds bundle\.mjs twice/,
  ],
  ['an extra file', (kit) => kit.withExtra('evil.mjs'), /^2 .*"evil\.mjs", which no bundle has/],
  [
    'a README that it does not name',
    (kit) => kit.stored(kit.rehashed({}, { files: kit.document().files.slice(0, 2) })),
    /^2 .*holds README\.md, which bundle\.json does not name/,
    WITHOUT_README,
  ],
  [
    'a missing file',
    (kit) => kit.stored(kit.changed({ 'README.md': null })),
    /^2 .*"README\.md", which bundle\.json names, is missing/,
    WITHOUT_README,
  ],
  [
    'no bundle.json',
    (kit) => kit.stored(kit.changed({ 'bundle.json': null })),
    /^2 .*bundle\.json is missing/,
  ],
  [
    'no code',
    (kit) => kit.stored(kit.changed({ 'bundle.mjs': null })),
    /^2 .*"bundle\.mjs".*is missing/,
    CODE_THAT_TALKS,
  ],
  [
    'a wrong hash',
    (kit) => kit.stored(kit.changed({ 'README.md': `${kit.textOf('README.md').slice(0, -2)}!\n` })),
    /^4 .*README\.md does not have the hash/,
    REWRITTEN,
  ],
  [
    'a wrong length',
    (kit) => kit.stored(kit.changed({ 'README.md': `${kit.textOf('README.md')}!` })),
    /^4 .*README\.md does not have the length/,
    REWRITTEN,
  ],
  [
    'another hash of the code than follows',
    (kit) => kit.stored(kit.rehashed({}, { code_sha256: sha256('another') })),
    /^4 .*its code does not have the code_sha256/,
    CODE_THAT_TALKS,
  ],
  [
    'another id than the manifest',
    (kit) => kit.stored(kit.rehashed({}, { id: 'profile_basic' })),
    /^2 .*its id is "profile_basic" in bundle\.json and "counts_rows"/,
    OTHER_ID,
  ],
  [
    'another version than the manifest',
    (kit) => kit.stored(kit.rehashed({}, { version: '1.0.1' })),
    /^2 .*its version is "1\.0\.1" in bundle\.json/,
    OTHER_VERSION,
  ],
  [
    'an id that is built in',
    (kit) =>
      kit.stored(
        kit.rehashed(
          { 'plugin.json': JSON.stringify({ ...kit.manifest(), id: 'profile_basic' }) },
          { id: 'profile_basic' },
        ),
      ),
    /^2 .*profile_basic is built in/,
    OTHER_ID,
  ],
  [
    'a manifest with a rule broken that its schema can not say',
    (kit) =>
      kit.stored(kit.rehashed({ 'plugin.json': JSON.stringify({ ...kit.manifest(), claim: 'modeled' }) })),
    /^2 .*claim/,
    OTHER_TITLE,
  ],
  [
    'a manifest that nests too deep',
    (kit) => {
      const deep = Buffer.from(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);
      const files = kit
        .document()
        .files.map((file) =>
          file.path === 'plugin.json' ? { ...file, sha256: sha256(deep), bytes: deep.length } : file,
        );
      return kit.stored(
        kit.changed({ 'plugin.json': deep, 'bundle.json': canonicalJsonFile({ ...kit.document(), files }) }),
      );
    },
    /^2 .*plugin\.json is no JSON that can be read/,
    OTHER_TITLE,
  ],
  [
    'code that imports',
    (kit) =>
      kit.stored(kit.rehashed({ 'bundle.mjs': `import fs from 'node:fs';\n${kit.textOf('bundle.mjs')}` })),
    /^2 .*in the sandbox: .*node:fs/,
    CODE_THAT_TALKS,
  ],
  [
    'code that imports later',
    (kit) =>
      kit.stored(
        kit.rehashed({
          'bundle.mjs': `${kit.textOf('bundle.mjs')}\nawait import('https://example.com/x.mjs');`,
        }),
      ),
    /^2 .*(it imports "https:|in the sandbox: )/,
    CODE_THAT_TALKS,
  ],
  [
    'code that exports nothing',
    (kit) => kit.stored(kit.rehashed({ 'bundle.mjs': 'const a = 1;' })),
    /^2 .*in the sandbox: /,
    CODE_THAT_TALKS,
  ],
  [
    'code that imports when it is asked',
    (kit) => {
      const more = "\nexport const later = () => import('node:fs');";
      return kit.stored(kit.rehashed({ 'bundle.mjs': kit.textOf('bundle.mjs') + more }));
    },
    /^2 .*it imports "node:fs"/,
    CODE_THAT_TALKS,
  ],
  [
    'code that imports what only its run would tell',
    (kit) => {
      const more = "\nexport const later = () => import(['node', 'fs'].join(':'));";
      return kit.stored(kit.rehashed({ 'bundle.mjs': kit.textOf('bundle.mjs') + more }));
    },
    /^2 .*it has an import\(\) or import\.meta in it/,
    CODE_THAT_TALKS,
  ],
  [
    'code that asks where it lies',
    (kit) => {
      const more = '\nexport const where = () => import.meta;';
      return kit.stored(kit.rehashed({ 'bundle.mjs': kit.textOf('bundle.mjs') + more }));
    },
    /^2 .*it has an import\(\) or import\.meta in it/,
    CODE_THAT_TALKS,
  ],
  [
    'code that is made to break a parser',
    (kit) => {
      const deep = `export default ${'['.repeat(1e6)}${']'.repeat(1e6)};`;
      return kit.stored(kit.rehashed({ 'bundle.mjs': deep }));
    },
    /^2 .*in the sandbox: /,
    CODE_THAT_TALKS,
  ],
  [
    'code that fails as soon as it is loaded',
    (kit) => kit.stored(kit.rehashed({ 'bundle.mjs': "export default {};\nthrow new Error('boom');" })),
    /^2 .*in the sandbox: .*boom/,
    CODE_THAT_TALKS,
  ],
  [
    'code that is none',
    (kit) => kit.stored(kit.rehashed({ 'bundle.mjs': 'export default {' })),
    /^2 .*in the sandbox: /,
    CODE_THAT_TALKS,
  ],
  ['compressed files', (kit) => zipOf(Object.fromEntries(kit.members)), /^2 .*bundle\.json is compressed/],
  ['a bomb by ratio', () => zipOf({ 'bundle.json': Buffer.alloc(40 << 20) }), /^2 .*would unpack from/, LONG],
  [
    'a bomb by size',
    (kit) =>
      zipOf({ ...Object.fromEntries(kit.members), 'README.md': Buffer.alloc(2 << 20) }, { compress: false }),
    /^2 .*README\.md would unpack to 2\.1 MB, and may have 1\.0 MB/,
    LONG,
  ],
  ['a bomb by count', () => zipOf(MANY, { compress: false }), /^2 .*it has 10001 entries/],
  [
    'a file that is more than it declares',
    (kit) => patched(kit.zip, 'README.md', 'bytes', 3),
    /^2 .*size mismatch/,
    REWRITTEN,
  ],
  ['encrypted files', () => crookedZip('bundle.mjs', 'x', 1), /^2 .*it has a password/],
  ['data before it', (kit) => Buffer.concat([Buffer.from('#!/bin/sh\n'), kit.zip]), /^2 .*it is no zip file/],
  [
    'data behind it',
    (kit) => Buffer.concat([kit.zip, Buffer.from('more')]),
    /^2 .*its directory at the end is missing or broken/,
  ],
  [
    'a comment',
    (kit) => {
      const end = Buffer.from(kit.zip);
      end.writeUInt16LE(4, end.length - 2);
      return Buffer.concat([end, Buffer.from('more')]);
    },
    /^2 .*in the form in which/,
  ],
  ['too many bytes', () => Buffer.alloc((20 << 20) + 1), /^2 .*21\.0 MB at most|^2 .*it has 21\.0 MB/, LONG],
  ['no zip', () => Buffer.from('plain text'), /^2 .*it is no zip file/],
];

/**
 * Bundles that are not what they say, or more than they may be: test/plugin-registry/hostile-bundles.slow.test.ts installs
 * them. Where no other twin is named, it is the good bundle, packed anew.
 */
export const BUNDLES: readonly BundleAttack[] = HOSTILE.map(([name, make, refused, twin = PACKED]) => ({
  ...{ kind: 'bundle', group: 'bundles', name, make, refused, twin },
}));
