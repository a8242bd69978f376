import { expect, test } from 'vitest';
import { nameScore } from '../../../src/ingest/roles/names.ts';
import { ROLES_OF_KIND, type UniqueRole } from '../../../src/ingest/roles/roles-of-kinds.ts';
import { readName } from '../../../src/ingest/roles/words.ts';

function best(header: string, roles: readonly UniqueRole[] = ROLES_OF_KIND.process_log): string {
  const name = readName(header);
  const scores = roles.map((role) => ({ role, score: nameScore(name, role) }));
  scores.sort((a, b) => b.score - a.score);
  return (scores[0]?.score ?? 0) > 0 ? (scores[0]?.role ?? '') : 'none';
}

test.each([
  ['PROCESS_QUEUE_ID', 'run_id'],
  ['processQueueId', 'run_id'],
  ['RUN_ID', 'run_id'],
  ['PROCESS_ID', 'activity'],
  ['PROCESS_NAME', 'activity'],
  ['jobcode', 'activity'],
  ['MODULE_CD', 'module'],
  ['QUEUE_DT', 'queued_at'],
  ['SubmittedAt', 'queued_at'],
  ['ELIGIBLE_AT', 'eligible_at'],
  ['START_TIME', 'started_at'],
  ['startdate', 'started_at'],
  ['END_DT', 'ended_at'],
  ['finished', 'ended_at'],
  ['DURATION_SEC', 'duration'],
  ['LOCAL_MACHINE_ID', 'resource'],
  ['USER_NAME', 'user'],
  ['STATUS_CD', 'status'],
  ['DEP_PROCESS_QUEUE_ID', 'depends_on'],
  ['DEPENDENCY_ID', 'depends_on'],
  ['PARENT_PROCESS_QUEUE_ID', 'parent'],
  ['MASTER_PROCESS_QUEUE_ID', 'chain'],
  ['PARAM_DESCR_LIST', 'parameters'],
  ['SCHEDULE_ID', 'schedule'],
  ['PRIORITY_CD', 'priority'],
  ['EXECUTE_ATTEMPTS', 'attempts'],
  ['VENDOR', 'none'],
  ['weekend', 'none'],
  ['calendar', 'none'],
  ['C7', 'none'],
])('%s speaks for %s', (header, role) => {
  expect(best(header)).toBe(role);
});

test.each([
  ['Laufnummer', 'run_id'],
  ['Auftragsname', 'activity'],
  ['Angefordert am', 'queued_at'],
  ['Freigabe', 'eligible_at'],
  ['Beginn', 'started_at'],
  ['Startzeit', 'started_at'],
  ['Ende', 'ended_at'],
  ['Enddatum', 'ended_at'],
  ['Benutzer', 'user'],
  ['Vorgänger', 'depends_on'],
  ['VORGAENGER_NR', 'depends_on'],
  ['Priorität', 'priority'],
  ['Fecha de inicio', 'started_at'],
  ['fin', 'ended_at'],
  ['Hora fin', 'ended_at'],
  ['usuario', 'user'],
  ['Servidor', 'resource'],
  ['début', 'started_at'],
  ['de\u0301but', 'started_at'],
  ['Date de fin', 'ended_at'],
  ['Utilisateur', 'user'],
  ['prédécesseur', 'depends_on'],
  ['FIN_PERIOD', 'none'],
  ['Wochenende', 'none'],
])('in German, Spanish or French, %s speaks for %s', (header, role) => {
  expect(best(header)).toBe(role);
});

test('a word is cut only if known words cover all of it', () => {
  expect(readName('DEPENDENCY').hints.has('end')).toBe(false);
  expect(readName('spend_trend').hints.has('end')).toBe(false);
  expect([...readName('enddate').hints]).toEqual(['end', 'time']);
});

test('of two hosts the one that ran the job speaks louder than the one it was assigned to', () => {
  const score = (header: string) => nameScore(readName(header), 'resource');
  expect(score('LOCAL_MACHINE_ID')).toBeGreaterThan(score('ASSIGNED_MACHINE_ID'));
});

test('attributes of a case are no roles of the event', () => {
  const role = (header: string) => best(header, ROLES_OF_KIND.event_log);
  expect(role('case:concept:name')).toBe('case');
  expect(role('case:enddate')).toBe('none');
  expect(role('concept:name')).toBe('activity');
});
