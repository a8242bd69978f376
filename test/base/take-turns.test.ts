import { expect, test } from 'vitest';
import { takeTurns } from '../../src/base/index.ts';

function work() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const piece = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
  };
  return { begun, piece, end: (name: string) => ends.get(name)?.() };
}

test('work is done in the order it comes, so much at once; more than may wait is refused', async () => {
  const { begun, piece, end } = work();
  const inTurn = takeTurns(2, { most: 1, full: () => new Error('full') });
  const [a, b, c] = [inTurn(piece('a')), inTurn(piece('b')), inTurn(piece('c'))];
  expect(begun).toEqual(['a', 'b']);
  await expect(inTurn(piece('d'))).rejects.toThrow('full');
  end('b');
  expect(await b).toBe('b');
  expect(begun).toEqual(['a', 'b', 'c']);
  end('a');
  end('c');
  expect(await Promise.all([a, c])).toEqual(['a', 'c']);
});

test('who leaves while waiting takes no turn, and who fails lets the next one', async () => {
  const { begun, piece, end } = work();
  const inTurn = takeTurns(1);
  const failing = inTurn(() => Promise.reject(new Error('failed')));
  const leaving = new AbortController();
  const left = inTurn(piece('left'), leaving.signal);
  const stayed = inTurn(piece('stayed'));
  leaving.abort(new Error('left'));
  await expect(left).rejects.toThrow('left');
  await expect(inTurn(piece('late'), leaving.signal)).rejects.toThrow('left');
  await expect(failing).rejects.toThrow('failed');
  expect(begun).toEqual(['stayed']);
  end('stayed');
  expect(await stayed).toBe('stayed');
  const next = inTurn(piece('next'));
  end('next');
  expect(await next).toBe('next');
});
