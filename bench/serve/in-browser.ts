import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../test/web/chromium.ts';
import type { Served } from '../../test/web/serve.ts';
import { median } from '../measure.ts';

/** A view of the page: its address, what stands there once it is usable, and a deed done there. */
export interface View {
  readonly name: string;
  readonly path: string;
  /** A selector of what is usable. */
  readonly stands: string;
  readonly deed?: {
    readonly name: string;
    /** A selector of what has come of it. */
    readonly comes: string;
    act(page: Page): Promise<void>;
  };
}

export interface Seen {
  readonly view: string;
  /** From the navigation, or from what was done, to the frame that shows it: the median; infinite where it did not come in two minutes. */
  readonly ms: number;
  /** Largest contentful paint, as the browser tells it; none of what is done later. */
  readonly lcp: number | '';
  /** The longest time that the page heeded nobody. */
  readonly 'blocked, ms': number;
  readonly elements: number;
  readonly 'kB read': number;
}

const REPEATS = 3;

/** Opens each view some times in a real browser, each time in a window without a cache, and tells how soon it can be used. */
export async function timeViews(served: Served, views: readonly View[]): Promise<Seen[]> {
  const browser = await launchChromium();
  try {
    const seen: Seen[] = [];
    for (const view of views) {
      console.error(`opening ${view.name} …`);
      const times: Seen[][] = [];
      for (let i = 0; i < REPEATS; i++) times.push(await see(browser, served, view));
      const [first = []] = times;
      for (const [i, one] of first.entries())
        seen.push(
          middle(
            one,
            times.map((all) => all[i] ?? one),
          ),
        );
    }
    return seen;
  } finally {
    await browser.close();
  }
}

function middle(first: Seen, all: readonly Seen[]): Seen {
  const of = (get: (seen: Seen) => number | '') => Math.round(median(all.map((one) => Number(get(one)))));
  return {
    ...first,
    ms: of(({ ms }) => ms),
    lcp: first.lcp === '' ? '' : of(({ lcp }) => lcp),
    'blocked, ms': of((one) => one['blocked, ms']),
  };
}

async function see(browser: Browser, { url, launchUrl }: Served, view: View): Promise<Seen[]> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    context.setDefaultTimeout(120_000);
    await context.request.get(launchUrl);
    const page = await context.newPage();
    await page.addInitScript(WATCH);
    await page.goto(url + view.path, { waitUntil: 'commit' });
    const seen = [await told(page, view.name, { stands: view.stands, since: 0 })];
    if (view.deed === undefined) return seen;
    const since = await page.evaluate<number>('window.beginAgain()');
    await view.deed.act(page);
    return [...seen, await told(page, `… ${view.deed.name}`, { stands: view.deed.comes, since })];
  } finally {
    await context.close();
  }
}

async function told(
  page: Page,
  name: string,
  { stands, since }: { readonly stands: string; readonly since: number },
): Promise<Seen> {
  const at = await page.evaluate<number>(`window.stands(${JSON.stringify(stands)})`);
  const { lcp, blocked, elements, bytes } = await page.evaluate<Told>('window.told()');
  return {
    view: name,
    ms: at - since,
    lcp: since === 0 ? lcp : '',
    'blocked, ms': blocked,
    elements,
    'kB read': Math.round(bytes / 1000),
  };
}

interface Told {
  readonly lcp: number;
  readonly blocked: number;
  readonly elements: number;
  readonly bytes: number;
}

/** Runs in the page before anything else: notes paints and long tasks, and the frame after the one that shows a thing. */
const WATCH = `
  let lcp = 0, blocked = 0;
  const watch = (type, note) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  watch('largest-contentful-paint', ({ startTime }) => (lcp = startTime));
  watch('longtask', ({ duration }) => (blocked = Math.max(blocked, duration)));
  window.beginAgain = () => ((blocked = 0), performance.now());
  window.stands = (selector) => new Promise((resolve) => {
    const began = performance.now();
    const look = () => {
      if (performance.now() - began > 120_000) return resolve(Infinity);
      const isThere = document.querySelector(selector) && !document.querySelector('.loading, [aria-busy=true]');
      requestAnimationFrame(isThere ? () => resolve(performance.now()) : look);
    };
    look();
  });
  window.told = () => ({
    lcp,
    blocked,
    elements: document.getElementsByTagName('*').length,
    bytes: performance.getEntriesByType('resource').reduce((sum, one) => sum + one.decodedBodySize, 0),
  });
`;
