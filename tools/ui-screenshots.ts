// `npm run screenshots`: the pictures of `pollard ui` in docs/, of real runs on the embedded cloud. It needs Chromium, as
// `npm run test:ui` does.
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { collectors, setStage, type Stage } from '../test/ui/stage';

const docs = join(__dirname, '..', 'docs');

const ids = (name: string, page: number): string[] =>
  Array.from({ length: 50 }, (_, at) => `${name}-${page * 50 + at}`);

/** Runs each pipeline to its end: the first one with failures. */
async function play(stage: Stage, page: Page): Promise<void> {
  stage.source.statuses.set('stations-7', 404).set('stations-142', 404).set('stations-230', 500);
  for (const name of collectors) {
    stage.source.pages.set(
      name,
      [0, 1, 2, 3, 4, 5].map((number) => ids(name, number)),
    );
    const row = page.getByRole('listitem').filter({ hasText: new RegExp(name, 'i') });
    stage.source.latencyMs = name === 'orders' ? 20_000 : 500;
    await row.getByRole('button', { name: 'Start a run' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Start a run' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    if (name === 'orders') await row.locator('.now').getByText('RUNNING').waitFor();
    else
      await row
        .locator('.now')
        .getByText(/FAILED|SUCCEEDED/)
        .first()
        .waitFor({ timeout: 180_000 });
  }
}

async function main(): Promise<void> {
  const stage = await setStage();
  try {
    const { url } = await stage.serve();
    const page = await stage.browser.newPage({ viewport: { width: 1_280, height: 900 } });
    await page.goto(url);
    await play(stage, page);
    await page.getByRole('listitem').filter({ hasText: 'Stations' }).locator('.now a').click();
    await page.getByRole('heading', { name: 'Failures' }).waitFor();
    await page.screenshot({ path: join(docs, 'ui.png'), fullPage: true });
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 400, height: 900 });
    await page.screenshot({ path: join(docs, 'ui-dark-400.png'), fullPage: true });
  } finally {
    await stage.close();
  }
}

void main();
