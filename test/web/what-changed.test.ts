import { expect, test } from 'vitest';
import { whatChanged } from '../../web/pages/new/what-changed.ts';

type Plan = Parameters<typeof whatChanged>[0];

function plan(changes: object = {}, plugin: object = {}): Plan {
  const planned = {
    ...{ id: 'a', version: '1.0.0', code_sha256: 'sha256:1', will: 'run', reason: '', settings: { s: 1 } },
    ...{ granted: [], missing: [], ...plugin },
  };
  return {
    ...{ dataset_version_id: 'v1', rows: 10, coverage: {}, roles: [], derived: [], erp: null },
    ...{ plugins: [planned], run_seed: '1', seed_source: 'fingerprint', run_fingerprint: 'f1', ...changes },
  } as unknown as Plan;
}

test.each([
  ['the table', plan({ dataset_version_id: 'v2', rows: 11 }), ['the table: 11 rows now, 10 before']],
  [
    'the meaning of a column',
    plan({ roles: [{ role: 'activity', column: 'job' }] }),
    ['what the columns mean'],
  ],
  ['code of the same version', plan({}, { code_sha256: 'sha256:2' }), ['a: other code']],
  ['a version', plan({}, { version: '1.1.0', code_sha256: 'sha256:2' }), ['a: version 1.1.0, 1.0.0 before']],
  ['a setting', plan({}, { settings: { s: 2 } }), ['a: other settings']],
  ['a permission', plan({}, { will: 'denied', reason: 'no' }), ['a: does not run now (no)']],
  ['the plugins', plan({}, { id: 'b' }), ['a: is not there any more', 'b: is new']],
  ['something else', plan({ run_fingerprint: 'f2' }), ['only the fingerprint: f2, f1 before']],
])('UX-04 where what was confirmed is not what would run, it says what: %s', (_what, now, said) => {
  expect(whatChanged(plan(), now)).toEqual(said);
});
