import { describe, expect, test } from 'vitest';
import { HarnessError } from '../../src/base/index.ts';

describe('the message of an error', () => {
  test('names the nearest word where there is one', () => {
    const error = new HarnessError('SH_ROLE_UNKNOWN', { role: 'activty', nearest: 'activity' });
    expect(error.message).toBe('Unknown role "activty". Nearest: activity.');
  });

  test('says nothing of the nearest word where none is near', () => {
    const error = new HarnessError('SH_ROLE_UNKNOWN', { role: 'foo', nearest: '' });
    expect(error.message).toBe('Unknown role "foo".');
  });

  test('keeps brackets that a parameter brings along', () => {
    const error = new HarnessError('SH_ROLE_UNKNOWN', { role: '[{nearest}]', nearest: '' });
    expect(error.message).toBe('Unknown role "[{nearest}]".');
  });
});
