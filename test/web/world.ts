import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { accessProblems } from './accessible.ts';
import { launchChromium } from './chromium.ts';
import { type Served, startServing } from './serve.ts';
import { type WatchedPage, watchedPage } from './watched.ts';

/** One browser, one appdata and one server for the tests of a file; whatever goes wrong on a page fails its test. */
export function world() {
  const folder = mkdtempSync(join(tmpdir(), 'stat-harness-web-'));
  const appdata = join(folder, 'appdata');
  const opened: WatchedPage[] = [];
  let browser: Browser;
  let served: Served;
  const it = {
    folder,
    appdata,
    get url() {
      return served.url;
    },
    get launchUrl() {
      return served.launchUrl;
    },
    write(name: string, content: string | Uint8Array): string {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    },
    /** Opens the page as the operator does: with the address that `serve` printed. */
    async open(): Promise<WatchedPage> {
      const watched = await watchedPage(browser);
      opened.push(watched);
      await watched.page.goto(served.launchUrl);
      return watched;
    },
    async serve(...args: readonly string[]): Promise<void> {
      served = await startServing(appdata, {}, args);
    },
    stop: (...signal: Parameters<Served['stop']>) => served.stop(...signal),
    errors: () => served.errors(),
  };
  beforeAll(async () => {
    [browser] = await Promise.all([launchChromium(), it.serve()]);
  });
  afterEach(async () => {
    const wrong = opened.splice(0);
    for (const { page } of wrong) await page.context().close();
    expect(wrong.flatMap(({ problems }) => problems())).toEqual([]);
    expect(served.errors()).toBe('');
  });
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return it;
}

/** UX-06: what the page shows now has no serious problem of access, light and dark. */
export async function expectAccess({ page }: Pick<WatchedPage, 'page'>): Promise<void> {
  expect(await accessProblems(page)).toEqual([]);
}

/** A short process log: jobs that wait, on two servers. */
export function shortLog(rows = 400): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const minute = i * 7;
    const at = (offset: number) => timeText(minute + offset);
    return `${1000 + i};${['LOAD', 'POST', 'REPORT'][i % 3]};APP${1 + (i % 2)};${at(0)};${at(1 + (i % 5))};${at(4 + (i % 9))};${(i * 37) % 101}`;
  });
  return `QUEUE_ID;JOB;SERVER;QUEUED;STARTED;ENDED;AMOUNT\n${lines.join('\n')}\n`;
}

const two = (n: number): string => String(n).padStart(2, '0');

function timeText(minutes: number): string {
  const [day, hour, minute] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  return `2025-03-${two(day + 1)} ${two(hour)}:${two(minute)}:00`;
}
