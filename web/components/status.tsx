import type { RunStatus } from '../api/types.ts';
import { Icon, type IconName } from './icon.tsx';

interface Look {
  readonly icon: IconName;
  readonly tone: string;
}

const RUN: Readonly<Record<RunStatus, Look>> = {
  QUEUED: { icon: 'queued', tone: '' },
  RUNNING: { icon: 'running', tone: 'accent' },
  COMPLETED: { icon: 'done', tone: 'good' },
  PARTIAL: { icon: 'partial', tone: 'warn' },
  FAILED: { icon: 'failed', tone: 'bad' },
  ABORTED: { icon: 'stopped', tone: 'bad' },
  CANCELLED: { icon: 'stopped', tone: '' },
};

/** Whether a run has still to end. */
export function isUnderWay({ status }: { readonly status: RunStatus }): boolean {
  return status === 'QUEUED' || status === 'RUNNING';
}

/** The status of a run, by word and icon. */
export function StatusBadge({ status }: { readonly status: RunStatus }) {
  const { icon, tone } = RUN[status];
  return <Badge icon={icon} tone={tone} text={status} status />;
}

const OUTCOME: Readonly<Record<string, Look>> = {
  waiting: { icon: 'queued', tone: '' },
  executing: { icon: 'running', tone: 'accent' },
  ok: { icon: 'done', tone: 'good' },
  not_applicable: { icon: 'stopped', tone: '' },
  cancelled: { icon: 'stopped', tone: '' },
  broken_off: { icon: 'stopped', tone: '' },
};

/** How a plugin of a run stands or ended, in the words given. */
export function OutcomeBadge({ status, words }: { readonly status: string; readonly words: string }) {
  const look = OUTCOME[status] ?? { icon: 'failed', tone: 'bad' };
  return <Badge {...look} text={words} status />;
}

/** A word in a pill; `tone` is `good`, `warn`, `bad`, `accent` or nothing, and `title` explains the word. */
export function Badge(props: {
  readonly text: string;
  readonly icon?: IconName;
  readonly tone?: string;
  readonly title?: string;
  readonly status?: boolean;
}) {
  const { text, icon, tone = '', title, status = false } = props;
  return (
    <span class={`badge ${status ? 'status' : ''} ${tone}`} {...(title !== undefined && { title })}>
      {icon && <Icon name={icon} size={12} />}
      {text}
    </span>
  );
}
