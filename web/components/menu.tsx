import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

/**
 * A button that opens a short list of links and buttons; Escape, a choice and a click elsewhere close it. `words` names it
 * where its label is a picture.
 */
export function Menu(props: {
  readonly label: ComponentChildren;
  readonly words?: string;
  readonly children: ComponentChildren;
}) {
  const { label, words, children } = props;
  const [open, setOpen] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (event.target instanceof Node && !menu.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [open]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      setOpen(false);
      menu.current?.querySelector('button')?.focus();
    }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      step(menu.current, event.key === 'ArrowDown' ? 1 : -1);
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the buttons inside arrive here
    <div class="menu" ref={menu} onKeyDown={onKeyDown}>
      <button
        type="button"
        class={words === undefined ? '' : 'bare'}
        aria-expanded={open}
        {...(words !== undefined && { 'aria-label': words, title: words })}
        onClick={() => setOpen(!open)}
      >
        {label}
        <Icon name="down" size={11} />
      </button>
      {open && (
        // biome-ignore lint/a11y/useKeyWithClickEvents: a click bubbles up from what was chosen
        // biome-ignore lint/a11y/noStaticElementInteractions: a click bubbles up from what was chosen
        <div class="list" onClick={() => setOpen(false)}>
          {children}
        </div>
      )}
    </div>
  );
}

function step(menu: HTMLElement | null, by: number): void {
  const entries = [...(menu?.querySelectorAll<HTMLElement>('.list :is(a, button):not(:disabled)') ?? [])];
  const at = entries.findIndex((entry) => entry.matches(':focus'));
  entries.at((at + by + entries.length) % Math.max(1, entries.length))?.focus();
}
