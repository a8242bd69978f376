import type { ProgressEvent } from '../engine/index.ts';
import { printable, type Terminal } from './terminal.ts';
import { provisionalText } from './words.ts';

/** Shows how far a command is, on stderr: one line that changes on a terminal, plain lines elsewhere. */
export interface ProgressDisplay {
  show(event: ProgressEvent): void;
  /** Clears the live line. */
  end(): void;
}

/** `everything`: plain lines also of what changes all the time, for a command that does nothing else. */
export function progressDisplay(
  terminal: Terminal,
  quiet: boolean,
  { everything = false } = {},
): ProgressDisplay {
  if (quiet) return { show: () => undefined, end: () => undefined };
  return terminal.live ? liveDisplay(terminal) : plainDisplay(terminal, everything);
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
      if (isLasting(event)) {
        terminal.err(`\r\u001b[2K${printable(sentence(event))}\n`);
        drawn = false;
      }
      if (event.kind === 'stage' || event.kind === 'rows') draw(sentence(event));
      else if (event.kind === 'plugin_finished') running.delete(event.plugin);
      else if (event.kind === 'plugin_started') running.set(event.plugin, event.plugin);
      else if (event.kind === 'plugin_progress' || event.kind === 'plugin_queued')
        running.set(event.plugin, sentence(event).trim());
      if (running.size > 0) draw([...running.values()].join(', '));
    },
    end() {
      if (drawn) terminal.err('\r\u001b[2K');
    },
  };
}

function amount({ rows, bytes = 0 }: Extract<ProgressEvent, { kind: 'rows' }>): string {
  return rows === 0 && bytes > 0 ? `${Math.round(bytes / 1e6)} MB` : `${rows} rows`;
}

function plainDisplay(terminal: Terminal, everything: boolean): ProgressDisplay {
  return {
    show(event) {
      if (everything || event.kind === 'stage' || isLasting(event))
        terminal.err(`${printable(sentence(event))}\n`);
    },
    end: () => undefined,
  };
}

/** What stays on the screen when the next thing happens. */
function isLasting({ kind }: ProgressEvent): boolean {
  return kind === 'plugin_finished' || kind === 'provisional';
}

const WAITS_FOR = {
  workers: 'a worker',
  memory: 'memory',
  memory_class: 'another that needs much memory',
  turn: 'its turn',
} as const;

function sentence(event: ProgressEvent): string {
  switch (event.kind) {
    case 'stage':
      return `${event.stage} …`;
    case 'rows':
      return `${event.stage} … ${amount(event)}`;
    case 'plugin_started':
      return `  ${event.plugin}  started`;
    case 'plugin_queued':
      return `  ${event.plugin}  waits for ${WAITS_FOR[event.waitsFor]}`;
    case 'plugin_progress':
      return `  ${event.plugin} ${event.done}/${event.total}`;
    case 'provisional':
      return `  ${event.by}  ${provisionalText(event.finding)}`;
    case 'plugin_finished': {
      const status = event.reused ? 'reused' : event.status.replaceAll('_', ' ');
      const why = event.reason === '' ? '' : `: ${event.reason}`;
      return `  ${event.plugin}  ${status}${why}`;
    }
  }
}
