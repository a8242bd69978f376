import { expect, test } from 'vitest';
import { countShapes } from '../../../src/ingest/roles/shapes.ts';

test('names of machines have the shape of a host, and words do not', () => {
  const hosts = ['srv01', 'app-node-3', 'db2.example.org', 'A1'];
  const others = ['server', '01srv', 'a--1', 'a1-', `a1${'b'.repeat(39)}`];
  expect(countShapes([...hosts, ...others]).counts.host).toBe(hosts.length);
});

test('long opaque text is looked at in an instant: a shape that tried every way to cut it would never end', () => {
  const values = Array.from({ length: 1000 }, (_, i) => `a1${'b'.repeat(20 + (i % 180))}${i}/`);
  expect(countShapes(values).counts.host).toBe(0);
});
