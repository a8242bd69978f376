import type { Browser, BrowserContext, Page } from 'playwright-core';

/** A page of which everything that goes wrong is noted. */
export interface WatchedPage {
  readonly page: Page;
  /** Every URL that was asked for. */
  readonly requests: readonly string[];
  /** Requests that left this machine, errors of the console (those of the content security policy too), exceptions. */
  problems(): readonly string[];
  /** Takes an error of the console as wanted, such as that of a route that answers 404 on purpose. */
  expect(error: RegExp): void;
}

const OWN = /^http:\/\/127\.0\.0\.1:\d+\//;
const INSIDE = /^(data|blob|about):/;

/** Opens a page in a context of its own and watches it. Downloads go where the test asks for. */
export async function watchedPage(browser: Browser): Promise<WatchedPage> {
  const context = await browser.newContext({ acceptDownloads: true, viewport: { width: 1280, height: 900 } });
  // A busy machine takes its time; what never comes is told by the test's own limit.
  context.setDefaultTimeout(120_000);
  const expected: RegExp[] = [];
  const noted: string[] = [];
  const requests = await recordRequests(context, noted);
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') noted.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => void noted.push(`exception: ${error.message}`));
  page.on('dialog', (dialog) => {
    noted.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return {
    page,
    requests,
    problems: () => noted.filter((problem) => !expected.some((error) => error.test(problem))),
    expect: (error) => void expected.push(error),
  };
}

async function recordRequests(context: BrowserContext, noted: string[]): Promise<readonly string[]> {
  const requests: string[] = [];
  context.on('request', (request) => {
    requests.push(request.url());
    if (!OWN.test(request.url()) && !INSIDE.test(request.url())) noted.push(`left: ${request.url()}`);
  });
  return requests;
}
