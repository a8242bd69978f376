import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ErrorBoundary, LocationProvider, Route, Router, useLocation } from 'preact-iso';
import { currentSession } from './api/client.ts';
import { CommandHost, useCommandPalette, useCommands } from './components/commands.tsx';
import { Icon } from './components/icon.tsx';
import { ThemeSwitch } from './components/theme-switch.tsx';
import { ToastHost } from './components/toasts.tsx';
import { NotFound } from './pages/not-found.tsx';
import { PAGES } from './pages.tsx';

/** The whole page: its hosts, its frame, and the page that the address names. */
export function App() {
  return (
    <LocationProvider>
      <ToastHost>
        <CommandHost>
          <Frame />
        </CommandHost>
      </ToastHost>
    </LocationProvider>
  );
}

const PLACES = [
  { href: '/', text: 'Activity' },
  { href: '/datasets', text: 'Datasets' },
  { href: '/upload', text: 'Upload' },
  { href: '/new', text: 'New run' },
] as const;

/** Seldom needed: in the foot and the palette. */
const TRASH = { href: '/trash', text: 'Trash' } as const;

function Frame() {
  const { path, route } = useLocation();
  const openPalette = useCommandPalette();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useCommands(
    useMemo(
      () =>
        [...PLACES, TRASH].map(({ href, text }) => ({ title: text, group: 'Go to', run: () => route(href) })),
      [route],
    ),
  );
  // A new page is read from its top; a filter or a tab of the same page leaves the focus where it is.
  useEffect(() => {
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [path.split('/').slice(0, 3).join('/')]);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="top">
        <div class="in">
          <a class="name" href="/">
            <Icon name="mark" size={17} />
            Statistic Harness
          </a>
          <nav aria-label="Main">
            {PLACES.map(({ href, text }) => (
              <a key={href} href={href} {...(isAt(path, href) && { 'aria-current': 'page' as const })}>
                {text}
              </a>
            ))}
          </nav>
          <button type="button" class="bare" onClick={openPalette}>
            <Icon name="search" />
            Commands <kbd>Ctrl K</kbd>
          </button>
          <ThemeSwitch />
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <ErrorBoundary>
          <Router>
            {PAGES.map((page) => (
              <Route key={page.path} {...page} />
            ))}
            <Route default component={NotFound} />
          </Router>
        </ErrorBoundary>
      </main>
      <Foot />
    </>
  );
}

function isAt(path: string, href: string): boolean {
  if (href === '/') return path === '/' || path.startsWith('/runs');
  return path === href || path.startsWith(`${href}/`);
}

function Foot() {
  const [version, setVersion] = useState('');
  useEffect(() => {
    currentSession().then(
      (session) => setVersion(session.version),
      () => undefined,
    );
  }, []);
  return (
    <footer class="foot">
      <span>Statistic Harness {version}</span>
      <span>Everything stays on this machine.</span>
      <a href={TRASH.href}>{TRASH.text}</a>
    </footer>
  );
}
