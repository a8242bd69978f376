import { type Clock, canonicalJson, type Json, processRedactor, randomId } from '../../base/index.ts';
import type { Database } from '../database.ts';
import { type IsAlive, isProcessAlive, Owner, ownerState } from '../owner.ts';
import { document, json, nullable, type RowOf, rowReader, text } from '../row.ts';
import { type Lock, locksStore } from './locks.ts';

const shape = {
  id: text,
  owner: document(Owner),
  /** What is going on, such as `ingest`; of a run its id. */
  purpose: text,
  started_at: text,
  /** How far it has come, where it says so. */
  progress: nullable(json),
};
const read = rowReader(shape);

/** Something that makes files which no row names yet; any number of them may go on at once. */
export type Activity = RowOf<typeof shape>;

export interface NewActivity {
  readonly owner: Owner;
  readonly purpose: string;
  /** Effect, replaced in tests. */
  readonly isAlive?: IsAlive;
}

export type ActivityAnswer =
  | { readonly begun: true; readonly id: string }
  | { readonly begun: false; readonly holder: Lock };

export const ACTIVITY_QUERIES = {
  begin: `INSERT INTO activities (id, owner, purpose, started_at) VALUES ($id, $owner, $purpose, $started_at)`,
  report: 'UPDATE activities SET progress = $progress WHERE id = $id',
  end: 'DELETE FROM activities WHERE id = $id',
  all: 'SELECT * FROM activities ORDER BY started_at, id',
} as const;

/** An activity of which something is to be settled where its process died: it is not forgotten before. */
const TO_SETTLE = /^plugin /;

/**
 * Who is making files just now. What collects garbage waits until nobody is, and nobody begins while maintenance is
 * under way: a file that is about to be recorded must not be taken for one that nothing needs.
 */
export function activitiesStore(db: Database, clock: Clock) {
  const locks = locksStore(db, clock);
  const all = (): readonly Activity[] => db.all(ACTIVITY_QUERIES.all, {}, read);
  /** What goes on; what dead processes left is forgotten. */
  const withoutDead = (self: Owner, isAlive: IsAlive): readonly Activity[] => {
    const [alive, dead]: [Activity[], Activity[]] = [[], []];
    for (const one of all()) (ownerState(one.owner, self, isAlive) === 'dead' ? dead : alive).push(one);
    for (const { id, purpose } of dead) if (!TO_SETTLE.test(purpose)) db.run(ACTIVITY_QUERIES.end, { id });
    return alive;
  };
  return {
    /** Announces an activity, or says who holds the appdata for maintenance. Never waits. */
    begin: ({ owner, purpose, isAlive = isProcessAlive }: NewActivity): ActivityAnswer =>
      db.atomically(() => {
        const holder = locks.holder('maintenance');
        if (holder !== undefined && ownerState(holder.owner, owner, isAlive) !== 'dead') {
          return { begun: false, holder };
        }
        withoutDead(owner, isAlive);
        const id = randomId();
        db.run(ACTIVITY_QUERIES.begin, { id, owner: canonicalJson(owner), purpose, started_at: clock.now() });
        return { begun: true, id };
      }),
    /** Says how far it has come. */
    report: (id: string, progress: Json): void => {
      db.run(ACTIVITY_QUERIES.report, { id, progress: canonicalJson(processRedactor().json(progress)) });
    },
    end: (id: string): void => {
      db.run(ACTIVITY_QUERIES.end, { id });
    },
    /** Everything that was begun and has not ended, also by processes that are dead: only looks. */
    all,
    /** What goes on, as far as can be told from here; what dead processes left is forgotten. */
    underWay: (self: Owner, isAlive: IsAlive = isProcessAlive): readonly Activity[] =>
      db.atomically(() => withoutDead(self, isAlive)),
    /** What a process that died had begun and somebody has to settle, and then to `end`. */
    toSettle: (self: Owner, isAlive: IsAlive = isProcessAlive): readonly Activity[] =>
      all().filter(
        ({ purpose, owner }) => TO_SETTLE.test(purpose) && ownerState(owner, self, isAlive) === 'dead',
      ),
  };
}
