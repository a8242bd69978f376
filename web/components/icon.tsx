const PATHS = {
  done: 'M3.5 8.5l3 3 6-7',
  partial: 'M8 2a6 6 0 100 12M8 2v12',
  failed: 'M4 4l8 8M12 4l-8 8',
  stopped: 'M4.5 4.5h7v7h-7z',
  running: 'M5 3.5l7 4.5-7 4.5z',
  queued: 'M8 4.5V8l2.5 1.5M8 2a6 6 0 100 12A6 6 0 008 2z',
  warning: 'M8 2.5l6 11H2zM8 6.5v3M8 11.4v.2',
  info: 'M8 2a6 6 0 100 12A6 6 0 008 2zM8 7.2v3.6M8 5v.2',
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z',
  search: 'M7 2.5a4.5 4.5 0 100 9 4.5 4.5 0 000-9zM10.5 10.5l3.5 3.5',
  close: 'M4 4l8 8M12 4l-8 8',
  down: 'M4 6l4 4 4-4',
  right: 'M6 4l4 4-4 4',
  theme: 'M8 2a6 6 0 100 12A6 6 0 008 2zM8 2v12M10.5 2.6v10.8M12.7 4.3v7.4',
  same: 'M3 6h10M3 10h10',
  pin: 'M6 2.5h4M6.8 2.5v4L5 9h6L9.2 6.5v-4M8 9v4.5',
  download: 'M8 2.5v7M5 7l3 3 3-3M3 13h10',
  mark: 'M2 13V8M6 13V3M10 13V6M14 13v-3',
} as const;

export type IconName = keyof typeof PATHS;

/** A line drawing of 16 by 16, in the colour of the text; words stand beside it, so it says nothing to screen readers. */
export function Icon({ name, size = 14 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
