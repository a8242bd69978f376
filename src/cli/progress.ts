import type { ProgressEvent } from '../engine/index.ts';
import { printable, type Terminal } from './terminal.ts';

/** Shows how far a command is, on stderr: one line that changes on a terminal, plain lines elsewhere. */
export interface ProgressDisplay {
  show(event: ProgressEvent): void;
  /** Clears the live line. */
  end(): void;
}

export function progressDisplay(terminal: Terminal, quiet: boolean): ProgressDisplay {
  if (quiet) return { show: () => undefined, end: () => undefined };
  return terminal.live ? liveDisplay(terminal) : plainDisplay(terminal);
}

function liveDisplay(terminal: Terminal): ProgressDisplay {
  const running = new Map<string, string>();
  let drawn = false;
  const draw = (text: string): void => {
    terminal.err(`\r\u001b[2K${printable(text).slice(0, Math.max(20, terminal.columns - 1))}`);
    drawn = true;
  };
  return {
    show(event) {
      if (event.kind === 'stage') draw(`${event.stage} …`);
      else if (event.kind === 'rows') draw(`${event.stage} … ${amount(event)}`);
      else if (event.kind === 'plugin_finished') running.delete(event.plugin);
      else running.set(event.plugin, event.kind === 'plugin_progress' ? ` ${event.done}/${event.total}` : '');
      if (running.size > 0) draw([...running].map(([id, progress]) => `${id}${progress}`).join(', '));
      if (event.kind === 'plugin_finished') {
        terminal.err(`\r\u001b[2K${sentence(event)}\n`);
        drawn = false;
      }
    },
    end() {
      if (drawn) terminal.err('\r\u001b[2K');
    },
  };
}

function amount({ rows, bytes = 0 }: Extract<ProgressEvent, { kind: 'rows' }>): string {
  return rows === 0 && bytes > 0 ? `${Math.round(bytes / 1e6)} MB` : `${rows} rows`;
}

function plainDisplay(terminal: Terminal): ProgressDisplay {
  return {
    show(event) {
      if (event.kind === 'stage' || event.kind === 'plugin_finished')
        terminal.err(`${printable(sentence(event))}\n`);
    },
    end: () => undefined,
  };
}

function sentence(event: Extract<ProgressEvent, { kind: 'stage' | 'plugin_finished' }>): string {
  if (event.kind === 'stage') return `${event.stage} …`;
  const status = event.reused ? 'reused' : event.status.replaceAll('_', ' ');
  const why = event.reason === '' ? '' : `: ${event.reason}`;
  return `  ${event.plugin}  ${status}${why}`;
}
