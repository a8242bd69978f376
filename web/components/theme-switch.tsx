import { useMemo, useState } from 'preact/hooks';
import { useCommands } from './commands.tsx';
import { Icon } from './icon.tsx';
import { Menu } from './menu.tsx';

/** `contrast` is as light or dark as the system has it. */
const THEMES = {
  system: 'As the system has it',
  light: 'Light',
  dark: 'Dark',
  contrast: 'High contrast',
} as const;
type Theme = keyof typeof THEMES;

const KEY = 'theme';
const ALL = Object.keys(THEMES).filter(isTheme);

function isTheme(text: string): text is Theme {
  return text in THEMES;
}

/** The theme that the operator chose in this browser, also at an earlier visit; the system's where he chose none. */
export function chosenTheme(): Theme {
  const stored = localStorage.getItem(KEY) ?? '';
  return isTheme(stored) ? stored : 'system';
}

/** Puts a theme on the page. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

/** The choice between the themes, in the palette too. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState(chosenTheme);
  const choices = useMemo(
    () =>
      ALL.map((one) => ({
        theme: one,
        choose() {
          localStorage.setItem(KEY, one);
          applyTheme(one);
          setTheme(one);
        },
      })),
    [],
  );
  useCommands(
    useMemo(
      () => choices.map((one) => ({ title: THEMES[one.theme], group: 'Theme', run: one.choose })),
      [choices],
    ),
  );
  return (
    <Menu label={<Icon name="theme" />} words={`Theme: ${THEMES[theme]}`}>
      {choices.map((one) => (
        <button key={one.theme} type="button" aria-pressed={one.theme === theme} onClick={one.choose}>
          {THEMES[one.theme]}
        </button>
      ))}
    </Menu>
  );
}
