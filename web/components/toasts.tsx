import { type ComponentChildren, createContext } from 'preact';
import { useContext, useMemo, useRef, useState } from 'preact/hooks';
import { asProblem } from '../api/use-resource.ts';
import { Icon } from './icon.tsx';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly undo?: () => void;
  /** Something failed: what can be done. */
  readonly hint?: string;
}

export interface Toasts {
  /** Says something that passes; with `undo`, a button that takes it back, and longer. */
  say(text: string, undo?: () => void): void;
  /** Says why something was not done, and what helps; it stays until it is closed. */
  fail(error: unknown): void;
}

const Context = createContext<Toasts>({ say: () => undefined, fail: () => undefined });

/** The toasts of the page. */
export const useToasts = (): Toasts => useContext(Context);

const STAYS_MS = 4000;
const STAYS_WITH_UNDO_MS = 12_000;

/** Holds what passes in the corner, and tells it to screen readers too. It stays while the pointer or focus is on it. */
export function ToastHost({ children }: { readonly children: ComponentChildren }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const held = useRef(false);
  const next = useRef(1);
  const api = useMemo<Toasts>(() => {
    const drop = (id: number) => {
      if (held.current) setTimeout(() => drop(id), 1000);
      else setToasts((all) => all.filter((one) => one.id !== id));
    };
    const show = (toast: Omit<Toast, 'id'>): number => {
      const id = next.current++;
      setToasts((all) => [...all.slice(-2), { id, ...toast }]);
      return id;
    };
    return {
      say(text, undo) {
        const id = show({ text, ...(undo && { undo }) });
        setTimeout(() => drop(id), undo ? STAYS_WITH_UNDO_MS : STAYS_MS);
      },
      fail(error) {
        const { detail, title, hint } = asProblem(error);
        show({ text: detail || title, hint });
      },
    };
  }, []);
  const close = (id: number) => {
    held.current = false;
    setToasts((all) => all.filter((one) => one.id !== id));
  };
  const hold = (on: boolean) => () => {
    held.current = on;
  };
  return (
    <Context.Provider value={api}>
      {children}
      <div
        class="toasts"
        role="status"
        aria-live="polite"
        onMouseEnter={hold(true)}
        onMouseLeave={hold(false)}
        onFocusIn={hold(true)}
        onFocusOut={hold(false)}
      >
        {toasts.map(({ id, text, undo, hint }) => (
          <div class={hint === undefined ? 'toast' : 'toast failed'} key={id}>
            {hint !== undefined && <Icon name="warning" size={16} />}
            <div class="any">
              {text}
              {hint !== undefined && hint !== '' && <p class="small">{hint}</p>}
            </div>
            {undo && (
              <button
                type="button"
                onClick={() => {
                  close(id);
                  undo();
                }}
              >
                Undo
              </button>
            )}
            <button type="button" class="bare" aria-label="Close" onClick={() => close(id)}>
              <Icon name="close" size={12} />
            </button>
          </div>
        ))}
      </div>
    </Context.Provider>
  );
}
