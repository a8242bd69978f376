import { useId } from 'preact/hooks';

/** A choice under its label; the first of it is what happens where nothing is chosen. */
export function Choice(props: {
  readonly label: string;
  readonly auto?: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly value: string;
  readonly unseenLabel?: boolean;
  onChange(value: string): void;
}) {
  const { label, auto, options, value, onChange, unseenLabel = false } = props;
  return (
    <label class="field">
      <span class={unseenLabel ? 'unseen' : ''}>{label}</span>
      <select value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        {auto !== undefined && <option value="">{auto}</option>}
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A line of text under its label, taken over when the field is left or Enter is pressed. */
export function TextField(props: {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly hint?: string;
  readonly isNumber?: boolean;
  onChange(value: string): void;
}) {
  const { label, value, placeholder = '', hint, isNumber = false, onChange } = props;
  const id = useId();
  return (
    <label class="field">
      {label}
      <input
        type="text"
        inputMode={isNumber ? 'decimal' : 'text'}
        value={value}
        placeholder={placeholder}
        autocomplete="off"
        spellcheck={false}
        {...(hint !== undefined && { 'aria-describedby': id })}
        onChange={({ currentTarget }) => onChange(currentTarget.value.trim())}
      />
      {hint !== undefined && <span id={id}>{hint}</span>}
    </label>
  );
}

/** A box that is ticked or not, with its words beside it and what it means below. */
export function Tick(props: {
  readonly label: string;
  readonly hint?: string;
  readonly checked: boolean;
  onChange(checked: boolean): void;
}) {
  const { label, hint, checked, onChange } = props;
  const id = useId();
  return (
    <div class="tick">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        {...(hint !== undefined && { 'aria-describedby': `${id}-hint` })}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      <label for={id}>{label}</label>
      {hint !== undefined && (
        <span id={`${id}-hint`} class="quiet small any">
          {hint}
        </span>
      )}
    </div>
  );
}
