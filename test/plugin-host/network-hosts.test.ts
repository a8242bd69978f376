import { expect, test } from 'vitest';
import { check, describeProblems, PluginManifest } from '../../src/contract/index.ts';
import { isDeclaredHost, networkProblems } from '../../src/plugin-host/network-hosts.ts';
import { manifest } from '../pipeline/make.ts';

/** What is wrong with a manifest that declares these hosts. */
function problemsOf(hosts: readonly string[]): string {
  const document = manifest({ capabilities_required: ['network'], network_hosts: [...hosts] });
  const checked = check(PluginManifest, document);
  return describeProblems(checked.ok ? networkProblems(checked.value) : checked.problems);
}

test.each([
  'api.example.com',
  'api.example.com:443',
  'localhost:8080',
  '10.0.0.7',
  '127.0.0.1:65535',
  '3com.net',
])('a host can be declared as %s', (host) => {
  expect(problemsOf([host])).toBe('');
});

test.each([
  ...['*.example.com', '*', '', 'example.com:0', 'example.com:65536', 'example.com:', 'Example.com', 'a,b'],
  ...[
    '10.0.0.0/8',
    '10.0.0.1-9',
    '127.1',
    '2130706433',
    '0x7f.1',
    '010.0.0.1',
    '1.2.3.256',
    '[::1]:80',
    '::1',
  ],
  ...[
    'http://example.com',
    'user@example.com',
    'example.com/path',
    '-a.com',
    'a..com',
    'a.com.',
    'exämple.com',
  ],
])('what is no single host is refused: "%s"', (host) => {
  expect(problemsOf([host])).toMatch(/network_hosts/);
});

test('hosts are declared exactly with the capability network, each once', () => {
  const asks = manifest({ capabilities_required: ['network'] });
  expect(networkProblems(asks)).toMatchObject([{ path: 'network_hosts', message: /^is missing/ }]);
  const silent = manifest({ network_hosts: ['a.com'] });
  expect(networkProblems(silent)).toMatchObject([{ message: 'is there without the capability "network"' }]);
  expect(problemsOf(['a.com', 'a.com'])).toMatch(/network_hosts/);
});

test('a port of a host that is declared without one can be approved by itself; nothing wider can', () => {
  const declared = ['a.com', 'b.com:443'];
  for (const host of ['a.com', 'a.com:80', 'b.com:443'])
    expect(isDeclaredHost(host, declared), host).toBe(true);
  for (const host of [
    'b.com',
    'b.com:80',
    'c.com',
    'a.com:',
    'a.com:0',
    'a.com:70000',
    'x.a.com',
    'a.com:80:80',
  ])
    expect(isDeclaredHost(host, declared), host).toBe(false);
});
