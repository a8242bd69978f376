import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import { Dialog } from './dialog.tsx';

/** Something that can be done from anywhere on the page that offers it. */
export interface Command {
  readonly title: string;
  /** Where it belongs, shown beside it. */
  readonly group: string;
  run(): void;
}

interface Registry {
  set(id: string, commands: readonly Command[]): void;
  drop(id: string): void;
  open(): void;
}

const Context = createContext<Registry>({
  set: () => undefined,
  drop: () => undefined,
  open: () => undefined,
});

/** Opens the palette. */
export const useCommandPalette = (): (() => void) => useContext(Context).open;

/** Offers commands in the palette as long as the component is on the page. */
export function useCommands(commands: readonly Command[]): void {
  const registry = useContext(Context);
  const id = useId();
  useEffect(() => {
    registry.set(id, commands);
    return () => registry.drop(id);
  }, [registry, id, commands]);
}

/** Holds the commands of the page; Ctrl+K (or ⌘K) opens the palette. */
export function CommandHost({ children }: { readonly children: ComponentChildren }) {
  const [isOpen, setOpen] = useState(false);
  const held = useRef(new Map<string, readonly Command[]>());
  const registry = useMemo<Registry>(
    () => ({
      set: (id, commands) => held.current.set(id, commands),
      drop: (id) => held.current.delete(id),
      open: () => setOpen(true),
    }),
    [],
  );
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setOpen((open) => !open);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <Context.Provider value={registry}>
      {children}
      {isOpen && <Palette commands={[...held.current.values()].flat()} onClose={() => setOpen(false)} />}
    </Context.Provider>
  );
}

function Palette({ commands, onClose }: { readonly commands: readonly Command[]; onClose(): void }) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const id = useId();
  const found = useMemo(() => matching(commands, text).slice(0, 50), [commands, text]);
  const chosen = Math.min(at, found.length - 1);
  const run = (command: Command | undefined) => {
    if (command === undefined) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') run(found[chosen]);
    else if (event.key === 'ArrowDown') setAt((chosen + 1) % Math.max(1, found.length));
    else if (event.key === 'ArrowUp') setAt((chosen - 1 + found.length) % Math.max(1, found.length));
    else return;
    event.preventDefault();
  };
  return (
    <Dialog label="Commands" class="palette" onClose={onClose}>
      <input
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={found.length > 0 ? `${id}-${chosen}` : undefined}
        aria-label="What do you want to do?"
        placeholder="What do you want to do?"
        autocomplete="off"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div role="listbox" id={`${id}-list`} aria-label="Commands">
        {found.length === 0 && <p class="quiet body">No command has these words.</p>}
        {found.map((command, i) => (
          // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the field, as a combobox has it
          // biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the field runs what is chosen
          <div
            key={`${command.group} ${command.title}`}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === chosen}
            onClick={() => run(command)}
            onPointerMove={() => setAt(i)}
          >
            <span class="any">{command.title}</span>
            <span class="quiet small">{command.group}</span>
          </div>
        ))}
      </div>
    </Dialog>
  );
}

/** What is seldom wanted comes last. */
const LAST = ['Go to', 'Theme'];

/** Commands that hold every word of a text: those of the page first. */
function matching(commands: readonly Command[], text: string): Command[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return commands
    .filter(({ title, group }) => {
      const whole = `${title} ${group}`.toLowerCase();
      return words.every((word) => whole.includes(word));
    })
    .sort((a, b) => LAST.indexOf(a.group) - LAST.indexOf(b.group));
}
