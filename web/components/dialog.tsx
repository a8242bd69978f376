import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** A modal dialog: focus is kept inside, Escape and a click beside it close it, and focus goes back where it was. */
export function Dialog(props: {
  readonly label: string;
  readonly class?: string;
  onClose(): void;
  readonly children: ComponentChildren;
}) {
  const { label, onClose, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  // Before anything is painted, so that what is typed at once goes into it.
  useLayoutEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it, by the browser's own doing
    <dialog
      ref={dialog}
      class={props.class ?? ''}
      aria-label={label}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      {children}
    </dialog>
  );
}

/** Asks before something is done: what will happen, and a button that names it. */
export function Confirm(props: {
  readonly title: string;
  readonly action: string;
  readonly danger?: boolean;
  onConfirm(): void;
  onClose(): void;
  readonly children: ComponentChildren;
}) {
  const { title, action, danger = false, onConfirm, onClose, children } = props;
  return (
    <Dialog label={title} onClose={onClose}>
      <div class="body stack">
        <h2>{title}</h2>
        {children}
        <div class="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="button"
            class={danger ? 'danger' : 'primary'}
            onClick={() => {
              onClose();
              onConfirm();
            }}
          >
            {action}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
