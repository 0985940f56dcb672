import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { chromium, type Browser, type Page } from 'playwright-core';
import { backendOf, type Backend } from '../../cli/ui/backend';
import { invokeStart } from '../../cli/invoke-start';
import { findPipelines, operatorOf, whereOf } from '../../cli/pipelines';
import { pageFiles } from '../../cli/ui/page-files';
import { serve, type Served } from '../../cli/ui/server';
import { startCloud } from '../../localstack/embedded/cloud';
import type { EmbeddedCloud } from '../../localstack/embedded/embedded-cloud';
import { synthesize } from '../../localstack/embedded/synthesize';
import type { StartAnswer } from '../../shared/pipeline/start/start';
import { startSource, type Source } from './source';

/** The embedded cloud with this suite's pipelines, their API, and a browser. */
export interface Stage {
  readonly cloud: EmbeddedCloud;
  readonly source: Source;
  readonly browser: Browser;
  readonly backend: Backend;
  /** Serves the page. @default - with actions */
  serve(options?: { readonly readOnly?: boolean }): Promise<Served>;
  /** Sends a tick to a pipeline, as the schedule does. */
  tick(pipeline: string, scheduledTime: string): Promise<StartAnswer>;
  close(): Promise<void>;
}

/** The pipelines of the stage, by the names of their collectors. */
export const collectors = ['stations', 'prices', 'orders'] as const;

/** Sets the stage. A test reaches the cloud by the variables of its environment, as a person does. */
export async function setStage(): Promise<Stage> {
  const before = { ...process.env };
  const browser = await launch();
  const source = await startSource();
  const entries = Object.fromEntries(
    collectors.map((name) => [name, `test/ui/collectors/${name}.ts`]),
  );
  const assembly = await synthesize({ context: { entries: JSON.stringify(entries) } });
  const cloud = await startCloud({ assembly, functionEnvironment: { SOURCE_URL: source.url } });
  Object.assign(process.env, cloud.environment);
  const where = whereOf({}, process.env);
  const operator = operatorOf({}, process.env);
  const backend = (readOnly: boolean): Backend =>
    backendOf({
      ...{ operator, options: {}, where, readOnly },
      signal: closing.signal,
      now: Date.now,
    });
  const closing = new AbortController();
  const served: Served[] = [];
  return {
    cloud,
    source,
    browser,
    backend: backend(false),
    serve: async ({ readOnly = false } = {}) => {
      const one = await serve({
        backend: backend(readOnly),
        files: pageFiles,
        explain: () => undefined,
      });
      served.push(one);
      return one;
    },
    tick: async (pipeline, scheduledTime) => {
      const [found] = await findPipelines(operator, { pipeline }, where);
      return invokeStart(found, { scheduledTime });
    },
    close: async () => {
      closing.abort();
      await browser.close();
      for (const one of served) await one.close();
      operator.close();
      await cloud.close();
      await source.close();
      await rm(assembly, { recursive: true, force: true });
      process.env = before;
    },
  };
}

/** Starts Chromium: Debian's, or the one that CHROMIUM_PATH names. */
async function launch(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? chromiumOnPath();
  // Chromium's own sandbox needs a user that is not root.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

function chromiumOnPath(): string {
  try {
    return execFileSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim();
  } catch (cause) {
    throw new Error(
      'There is no chromium on the PATH: install it (apt-get install chromium), or set CHROMIUM_PATH',
      { cause },
    );
  }
}

/** What went wrong in a page that nobody looked at: errors of its script, and refusals of its content security policy. */
export function faultsOf(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  return faults;
}
