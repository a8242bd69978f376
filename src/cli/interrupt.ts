/** A terminal may give one Ctrl-C to this process twice: itself, and through the launcher. */
const ONE_PRESS_MS = 1000;

/**
 * Gives a command a signal that Ctrl-C, or a request of the system to end, aborts. Asked again after a second, the
 * process ends at once. Once asked, it listens until its end: the second half of one press may come when the command
 * has already stopped, and would otherwise kill it before it says how it ended.
 */
export async function withInterrupt<T>(use: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interrupt = new AbortController();
  let again = false;
  const stopListening = (): void => {
    process.removeListener('SIGINT', onInterrupt).removeListener('SIGTERM', onInterrupt);
  };
  const onInterrupt = (signal: NodeJS.Signals): void => {
    if (again) {
      stopListening();
      process.kill(process.pid, signal);
    }
    if (interrupt.signal.aborted) return;
    interrupt.abort();
    setTimeout(() => (again = true), ONE_PRESS_MS).unref();
  };
  process.on('SIGINT', onInterrupt).on('SIGTERM', onInterrupt);
  try {
    return await use(interrupt.signal);
  } finally {
    if (!interrupt.signal.aborted) stopListening();
  }
}
