import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { accessProblems } from './accessible.ts';
import { launchChromium } from './chromium.ts';
import { inBrowser } from './in-browser.ts';
import { watchedPage } from './watched.ts';

/** A server of this machine with one page. */
async function serving(body: string): Promise<string> {
  const server = createServer((_, response) => {
    const policy = "default-src 'none'; script-src 'self'";
    response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy });
    response.end(
      `<!doctype html><html lang="en"><title>a page</title><main><h1>A page</h1>${body}</main></html>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

inBrowser('what the tests of the page stand on', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  test('QA-05 a page that does nothing wrong has no problems, and every request is recorded', async () => {
    const { page, requests, problems } = await watchedPage(browser);
    const url = await serving('<p>fine</p>');
    await page.goto(url);
    expect(await accessProblems(page)).toEqual([]);
    expect(problems()).toEqual([]);
    expect(requests).toContain(url);
  });

  test('QA-05 what leaves this machine, breaks the content security policy or throws is a problem', async () => {
    const watched = await watchedPage(browser);
    await watched.page.goto(
      await serving('<a href="http://example.com/">out</a><p onclick="x()">inline</p>'),
    );
    await watched.page.locator('p').click();
    await watched.page.locator('a').click({ noWaitAfter: true });
    await watched.page.waitForTimeout(100);
    expect(watched.problems().join('\n')).toMatch(/left: http:\/\/example\.com\//);
    expect(watched.problems().join('\n')).toMatch(/Content Security Policy/);
  });

  test('UX-06 what axe finds serious is told with the theme and the element', async () => {
    const { page } = await watchedPage(browser);
    await page.goto(await serving('<button></button><p id="pale">pale</p>'));
    await page.evaluate("document.getElementById('pale').style.color = 'light-dark(#000, #ccc)'");
    await page.evaluate("document.documentElement.style = 'color-scheme: light dark; background: #fff'");
    const problems = (await accessProblems(page)).join('\n');
    expect(problems).toMatch(/light: button-name.*<button>/);
    expect(problems).not.toMatch(/light: color-contrast/);
    expect(problems).toMatch(/dark: color-contrast.*id="pale"/);
  });
});
