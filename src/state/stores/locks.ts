import { type Clock, canonicalJson } from '../../base/index.ts';
import type { Database } from '../database.ts';
import { type IsAlive, isProcessAlive, Owner, ownerState } from '../owner.ts';
import { document, member, type RowOf, rowReader, text } from '../row.ts';

/** `run`: one run at a time. `maintenance`: restore, gc, retention; excludes runs. */
export const LOCK_NAMES = ['run', 'maintenance'] as const;
export type LockName = (typeof LOCK_NAMES)[number];

const shape = {
  name: member(LOCK_NAMES),
  owner: document(Owner),
  /** What it is held for, such as a run id. */
  purpose: text,
  acquired_at: text,
};
const read = rowReader(shape);

export type Lock = RowOf<typeof shape>;

export interface LockRequest {
  readonly name: LockName;
  readonly owner: Owner;
  readonly purpose: string;
  /** Effect, replaced in tests. */
  readonly isAlive?: IsAlive;
}

/** `stale`: the lock that a dead owner left behind and that was taken over. */
export type LockAnswer =
  | { readonly acquired: true; readonly stale?: Lock }
  | { readonly acquired: false; readonly holder: Lock };

export const LOCK_QUERIES = {
  get: 'SELECT * FROM locks WHERE name = $name',
  take: `INSERT INTO locks (name, owner, purpose, acquired_at) VALUES ($name, $owner, $purpose, $acquired_at)
    ON CONFLICT (name) DO UPDATE SET owner = $owner, purpose = $purpose, acquired_at = $acquired_at`,
  release: 'DELETE FROM locks WHERE name = $name AND owner = $owner AND purpose = $purpose',
} as const;

/**
 * Locks that outlive a statement. Any lock excludes any other. One whose owner is dead is taken over; one whose owner
 * can't be seen from here (Windows against WSL, another container) never is.
 */
export function locksStore(db: Database, clock: Clock) {
  const holder = (name: LockName): Lock | undefined => db.get(LOCK_QUERIES.get, { name }, read);
  return {
    /** Takes a lock, or says who holds it. Never waits. */
    acquire: ({ name, owner, purpose, isAlive = isProcessAlive }: LockRequest): LockAnswer =>
      db.atomically(() => {
        for (const held of LOCK_NAMES.map(holder)) {
          if (held !== undefined && ownerState(held.owner, owner, isAlive) !== 'dead') {
            return { acquired: false, holder: held };
          }
        }
        const stale = holder(name);
        db.run(LOCK_QUERIES.take, { name, owner: canonicalJson(owner), purpose, acquired_at: clock.now() });
        return stale === undefined ? { acquired: true } : { acquired: true, stale };
      }),
    /** Gives a lock back; false where it was held by another, or for another purpose. */
    release: ({ name, owner, purpose }: Omit<LockRequest, 'isAlive'>): boolean =>
      db.run(LOCK_QUERIES.release, { name, owner: canonicalJson(owner), purpose }) === 1,
    holder,
  };
}
