import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { upload } from '../../api/client.ts';
import type { Problem, ReceivedUpload } from '../../api/types.ts';
import { asProblem } from '../../api/use-resource.ts';

/** A file on its way to the program. */
export interface Sending {
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  readonly sent: number;
  readonly state: 'waiting' | 'sending' | 'received' | 'stopped' | 'failed';
  readonly sha256?: string;
  readonly problem?: Problem;
}

/** Sends files one after the other, and tells how far each is; `onReceived` gets the hash of each in the order of the files. */
export function useSending(onReceived: (sha256: string) => void) {
  const [files, setFiles] = useState<readonly Sending[]>([]);
  const stops = useRef(new Map<number, AbortController>());
  const next = useRef(1);
  const last = useRef(Promise.resolve());
  const send = useCallback(
    (chosen: readonly File[]) => {
      const change = (id: number, what: Partial<Sending>) =>
        setFiles((all) => all.map((one) => (one.id === id ? { ...one, ...what } : one)));
      for (const file of chosen) {
        const id = next.current++;
        const stop = new AbortController();
        stops.current.set(id, stop);
        const { name, size: bytes } = file;
        setFiles((all) => [...all, { id, name, bytes, sent: 0, state: 'waiting' }]);
        last.current = last.current.then(async () => {
          if (stop.signal.aborted) return change(id, { state: 'stopped' });
          change(id, { state: 'sending' });
          const path = `/uploads?name=${encodeURIComponent(name)}`;
          const onProgress = (sent: number) => change(id, { sent });
          try {
            const { sha256 } = await upload<ReceivedUpload>(path, file, { onProgress, signal: stop.signal });
            change(id, { state: 'received', sent: bytes, sha256 });
            onReceived(sha256);
          } catch (error) {
            if (stop.signal.aborted) change(id, { state: 'stopped' });
            else change(id, { state: 'failed', problem: asProblem(error) });
          }
        });
      }
    },
    [onReceived],
  );
  // Whoever leaves the page gives up what is still on its way.
  useEffect(() => {
    const all = stops.current;
    return () => {
      for (const one of all.values()) one.abort();
    };
  }, []);
  const stop = useCallback((id: number) => stops.current.get(id)?.abort(), []);
  return { files, send, stop };
}
