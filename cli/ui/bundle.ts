import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileNames, type PageFiles } from './page-file-names';

/** Bundles the page from its sources. @param folder `cli/ui/page` */
export async function bundlePage(folder: string): Promise<PageFiles> {
  // Only the repo and the build of the package bundle: a project that runs the command need not load esbuild.
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: [
      { in: 'main.tsx', out: 'page' },
      { in: 'page.css', out: 'page' },
    ],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'inline',
    logLevel: 'warning',
    outdir: folder,
    write: false,
  });
  const bundled = (extension: string): Uint8Array => {
    const file = outputFiles.find(({ path }) => path.endsWith(extension));
    if (!file) throw new Error(`The page has no ${extension}`);
    return file.contents;
  };
  return {
    '/': readFileSync(join(folder, fileNames['/'])),
    '/page.js': bundled('.js'),
    '/page.css': bundled('.css'),
    '/icon.svg': readFileSync(join(folder, fileNames['/icon.svg'])),
  };
}
