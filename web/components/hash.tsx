import { Icon } from './icon.tsx';
import { useToasts } from './toasts.tsx';

/** A hash or an id, shortened, in monospace; a click copies it whole. `what` names it for screen readers. */
export function Hash(props: { readonly value: string; readonly what: string; readonly length?: number }) {
  const { value, what, length = 8 } = props;
  const bare = value.replace(/^sha256:/, '');
  return <Copy text={value} shown={bare.slice(0, length)} what={what} />;
}

/** Something that a click copies: `shown` on the button, `text` on the clipboard. */
export function Copy(props: { readonly text: string; readonly shown: string; readonly what: string }) {
  const { text, shown, what } = props;
  const toasts = useToasts();
  const copy = async (event: Event) => {
    event.stopPropagation();
    const copied = await copyText(text);
    toasts.say(copied ? `Copied: ${what}` : 'The browser did not let the page copy.');
  };
  return (
    <button
      type="button"
      class="copy"
      title={text.length > 200 ? `Copy ${what}` : text}
      aria-label={`Copy ${what} ${shown}`}
      onClick={copy}
    >
      {shown}
      <Icon name="copy" size={11} />
    </button>
  );
}

/** Puts a text on the clipboard; false where the browser refuses. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
