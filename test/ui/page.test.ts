import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { faultsOf, setStage, type Stage } from './stage';

const ids = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}-${at}`);

/** An id that is a page of its own, if it is ever taken for HTML. */
const markup = '<img src=x onerror="document.title=\'owned\'">';

let stage: Stage;
let page: Page;
let faults: string[];

beforeAll(async () => {
  stage = await setStage();
});

afterAll(() => stage.close());

beforeEach(() => {
  stage.source.latencyMs = 0;
  stage.source.statuses.clear();
});

afterEach(async () => {
  await page.context().close();
  expect(faults).toEqual([]);
});

interface View {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly readOnly?: boolean;
}

/** Opens the page in a browser of its own. */
async function open({
  width = 1_280,
  height = 900,
  colorScheme = 'light',
  readOnly = false,
}: View = {}): Promise<void> {
  const served = await stage.serve({ readOnly });
  const context = await stage.browser.newContext({ viewport: { width, height }, colorScheme });
  page = await context.newPage();
  faults = faultsOf(page);
  await page.goto(served.url);
  await row('Stations').waitFor();
}

const row = (pipeline: string): Locator =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: pipeline }) });
const run = (): Locator => page.getByRole('region', { name: /@/ });
const dialog = (): Locator => page.getByRole('dialog');
const figure = async (name: string): Promise<string> =>
  (await run().locator('dt', { hasText: name }).locator('+ dd').textContent()) ?? '';

/** Waits until the open run has this status. */
const ended = (status: string): Promise<void> =>
  run().getByRole('status').getByText(status, { exact: true }).waitFor({ timeout: 150_000 });

/** Clicks an action, confirms it, and opens the run that it started. */
async function start(button: Locator): Promise<void> {
  const label = await button.evaluate((element) => element.childNodes[0]?.textContent ?? '');
  await button.click();
  await dialog().getByRole('button', { name: label }).click();
  await dialog().getByRole('button', { name: 'Open the run' }).click();
  await run().waitFor();
}

/** Sends an action as the page does. A refusal is a fault on the console of the page, which is meant. */
async function post(action: object): Promise<{ status: number; text: string }> {
  const answer = await page.evaluate(async (sent) => {
    const token = sessionStorage.getItem('pollard-token') ?? '';
    const response = await fetch('/api/action', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(sent),
    });
    return { status: response.status, text: await response.text() };
  }, action);
  faults.length = 0;
  return answer;
}

/** What axe-core finds, in a sentence each. */
async function axeFindings(): Promise<string[]> {
  await page.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}

/** Whether the page is wider than its window. */
const scrollsSideways = (): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

describe('pollard ui', () => {
  it('shows a run that was started by a click to its end, live', async () => {
    stage.source.pages.set('stations', [ids('a', 40), ids('b', 40), ids('c', 40)]);
    stage.source.latencyMs = 1_500;
    await open();
    await start(row('Stations').getByRole('button', { name: 'Start a run' }));
    await run()
      .getByRole('img', { name: /^Pages: .*with pending objects/ })
      .waitFor();
    await ended('SUCCEEDED');
    expect(await figure('saved')).toBe('120');
    await run().getByRole('img', { name: 'Pages: 3 done' }).waitFor();
    const stages = run().getByRole('region', { name: 'Stages' }).getByRole('listitem');
    expect(await stages.allTextContents()).toEqual([
      expect.stringMatching(/^listing[\d.]+ s$/),
      expect.stringMatching(/^objects[\d.]+ s$/),
      expect.stringMatching(/^callback[\d.]+ s$/),
    ]);
    await row('Stations').getByText('120 saved').waitFor();
  });

  it('leads from a failure to its redrive by clicks', async () => {
    stage.source.pages.set('prices', [ids('p', 30), ids('q', 30)]);
    stage.source.statuses.set('p-7', 404).set('q-3', 404);
    await open();
    await start(row('Prices').getByRole('button', { name: 'Start a run' }));
    await ended('FAILED');
    await run().getByText('… is gone').waitFor();
    await run().getByRole('button', { name: 'p-7' }).click();
    await dialog().getByText('p-7 is gone').first().waitFor();
    await dialog().getByText('No run has saved a record of it.').waitFor();
    const lines = dialog().getByRole('list', { name: 'Log lines' });
    await lines.getByText('p-7 is gone').first().waitFor();
    expect(await lines.getByText('q-3').count()).toBe(0);
    expect(await axeFindings()).toEqual([]);
    await dialog().getByRole('button', { name: 'Close' }).click();
    stage.source.statuses.clear();
    await run().getByRole('button', { name: 'Redrive' }).click();
    await dialog().getByText('2 objects that failed').waitFor();
    await dialog().getByRole('button', { name: 'Redrive' }).click();
    await dialog().getByRole('button', { name: 'Open the run' }).click();
    await ended('SUCCEEDED');
    expect(await figure('saved')).toBe('2');
  });

  it('shows ticks that were skipped as a dot, and starts their runs after saying which', async () => {
    stage.source.pages.set('orders', [['slow']]);
    stage.source.latencyMs = 20_000;
    await open();
    await start(row('Orders').getByRole('button', { name: 'Start a run' }));
    await run()
      .getByRole('img', { name: /^Pages: .*with pending objects/ })
      .waitFor();
    const ticks = [2, 1].map((hours) => new Date(Date.now() - hours * 3_600_000).toISOString());
    for (const tick of ticks) await stage.tick('Orders', tick);
    await row('Orders')
      .getByRole('img', { name: /2 ticks were skipped/ })
      .waitFor();
    await run().getByRole('button', { name: 'Cancel' }).click();
    await dialog().getByRole('button', { name: 'Cancel', exact: true }).click();
    await dialog().getByRole('button', { name: 'Close' }).click();
    await ended('CANCELLED');
    await row('Orders').getByText('2 ticks skipped in 7 days').waitFor();
    await row('Orders').getByRole('button', { name: 'Fill the gaps' }).click();
    const named = dialog().getByRole('list', { name: 'Ticks without a run' });
    for (const tick of ticks) await named.getByText(tick.slice(11, 19)).waitFor();
    expect(await axeFindings()).toEqual([]);
    await dialog().getByRole('button', { name: 'Fill the gaps' }).click();
    await dialog().getByText('2 runs start, one after the other').waitFor();
    await dialog().getByRole('button', { name: 'Close' }).click();
    await row('Orders').getByText('Filling gaps').waitFor();
    const again = { kind: 'backfill', pipeline: 'Pollard/Orders', ticks };
    expect(await post(again)).toEqual({ status: 400, text: expect.stringContaining('under way') });
    stage.source.latencyMs = 0;
    await row('Orders').getByText('Gaps filled: 2 of 2 ended well').waitFor({ timeout: 150_000 });
    expect(await row('Orders').getByRole('button', { name: 'Fill the gaps' }).count()).toBe(0);
    expect(
      await row('Orders')
        .getByRole('img', { name: /skipped/ })
        .count(),
    ).toBe(0);
  });

  it('shows what the governor does: which answer has closed the source, and how many calls were refused', async () => {
    stage.source.pages.set('stations', [ids('o', 10)]);
    stage.source.statuses.set('o-3', 429);
    await open();
    await start(row('Stations').getByRole('button', { name: 'Start a run' }));
    const source = run().getByRole('region', { name: 'Calls to the source' });
    await source.getByText(/^closed by 429, until/).waitFor({ timeout: 60_000 });
    expect(await axeFindings()).toEqual([]);
    stage.source.statuses.clear();
    await ended('SUCCEEDED');
    await source.getByText(/calls a second, learned · \d+ of \d+ calls refused/).waitFor();
    expect(await source.getByText(/^closed/).count()).toBe(0);
  });

  it('shows what is being tried again by error, with examples', async () => {
    stage.source.pages.set('prices', [ids('r', 20)]);
    stage.source.statuses.set('r-4', 500).set('r-9', 500);
    await open();
    await start(row('Prices').getByRole('button', { name: 'Start a run' }));
    const retried = run().getByRole('region', { name: 'Tried again' });
    await retried.getByText('such as r-4, r-9').waitFor({ timeout: 60_000 });
    expect(await retried.getByRole('listitem').count()).toBe(1);
    expect(await retried.getByText('2 ×').count()).toBe(1);
    expect(await axeFindings()).toEqual([]);
    stage.source.statuses.clear();
    await ended('SUCCEEDED');
  });

  it('shows an id and an error that are HTML as text', async () => {
    stage.source.pages.set('orders', [[markup, 'plain']]);
    stage.source.statuses.set(markup, 404);
    await open();
    await start(row('Orders').getByRole('button', { name: 'Start a run' }));
    await ended('FAILED');
    await run().locator('code', { hasText: markup }).waitFor();
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).toBe('Pollard');
  });

  it('cancels a run under way, and pauses and resumes a pipeline', async () => {
    stage.source.pages.set('stations', [ids('slow', 40)]);
    stage.source.latencyMs = 20_000;
    await open();
    await start(row('Stations').getByRole('button', { name: 'Start a run' }));
    await run()
      .getByRole('img', { name: /^Pages: .*with pending objects/ })
      .waitFor();
    await run().getByRole('button', { name: 'Cancel' }).click();
    await dialog().getByText('stays saved').waitFor();
    await dialog().getByRole('button', { name: 'Cancel', exact: true }).click();
    await dialog().getByRole('button', { name: 'Close' }).click();
    await ended('CANCELLED');
    for (const [action, after] of [
      ['Pause', 'Resume'],
      ['Resume', 'Pause'],
    ] as const) {
      await run().getByRole('button', { name: action }).click();
      await dialog().getByRole('button', { name: action }).click();
      await dialog().getByRole('button', { name: 'Close' }).click();
      await run().getByRole('button', { name: after }).waitFor();
    }
  });

  it('offers no action when it is read-only, and the server refuses one all the same', async () => {
    await open({ readOnly: true });
    await page.getByText('read-only').waitFor();
    expect(await page.getByRole('button').count()).toBe(0);
    const answer = await post({ kind: 'start', pipeline: 'Pollard/Stations' });
    expect(answer).toEqual({ status: 400, text: expect.stringContaining('read-only') });
  });

  it('asks nothing while it is hidden, and at once when it is visible again', async () => {
    await open();
    let asked = 0;
    page.on('request', () => (asked += 1));
    const setHidden = (hidden: boolean): Promise<void> =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    await setHidden(true);
    const before = asked;
    await page.clock.install();
    await page.clock.runFor(60_000);
    expect(asked).toBe(before);
    const next = page.waitForRequest(/api\/overview/);
    await setHidden(false);
    await next;
  });

  it('keeps its session over a reload, and shows none to an address without the token', async () => {
    await open();
    expect(page.url()).not.toContain('token');
    await page.reload();
    await row('Stations').waitFor();
    const stranger = await (await stage.browser.newContext()).newPage();
    await stranger.goto(page.url());
    await stranger.getByText('open the address that pollard printed').waitFor();
    await stranger.context().close();
  });

  it('compares a run with the run before it, and with what a plan at its pace foresees', async () => {
    stage.source.pages.set('prices', [ids('f', 30)]);
    await open();
    for (let each = 0; each < 2; each += 1) {
      await start(row('Prices').getByRole('button', { name: 'Start a run' }));
      await ended('SUCCEEDED');
    }
    const compared = run().getByRole('region', { name: 'Compared with the run before' });
    const foreseen = compared.getByText('Foreseen for 30 objects, at the pace of the run before');
    await foreseen.waitFor({ timeout: 30_000 });
    expect(await foreseen.textContent()).toMatch(/: [\d.]+ s and ~\$[\d.e-]+\.$/);
  });

  it('is walked by the keyboard: one stop a chart, and the arrow keys from run to run', async () => {
    stage.source.pages.set('prices', [ids('p', 2)]);
    await open();
    await start(row('Prices').getByRole('button', { name: 'Start a run' }));
    await ended('SUCCEEDED');
    const bars = row('Prices').locator('.bar');
    await bars.nth(2).waitFor();
    expect(await row('Prices').locator('.bar[tabindex="0"]').count()).toBe(1);
    await bars.last().focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    const label = await bars.nth(-2).getAttribute('aria-label');
    expect(await page.locator('.bar[aria-current="true"]').getAttribute('aria-label')).toBe(label);
  });

  describe.each([
    { width: 400, height: 800, colorScheme: 'light' },
    { width: 400, height: 800, colorScheme: 'dark' },
    { width: 1_280, height: 900, colorScheme: 'light' },
    { width: 2_000, height: 1_200, colorScheme: 'dark' },
  ] as const)('at $width pixels, $colorScheme', (view) => {
    it('has no finding of axe-core and does not scroll sideways', async () => {
      await open(view);
      await row('Prices').locator('.now a').click();
      await run().locator('.facts').waitFor();
      expect(await axeFindings()).toEqual([]);
      expect(await scrollsSideways()).toBe(false);
      await row('Prices').getByRole('button').click();
      await dialog().waitFor();
      expect(await axeFindings()).toEqual([]);
      expect(await scrollsSideways()).toBe(false);
    });
  });
});
