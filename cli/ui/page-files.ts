import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundlePage } from './bundle';
import { fileNames, type PageFiles } from './page-file-names';

const folder = join(__dirname, 'page');

/** The files of the page: those that were built with the package; in the repo they are bundled now. */
export async function pageFiles(): Promise<PageFiles> {
  if (!existsSync(join(folder, fileNames['/page.js']))) return bundlePage(folder);
  const files = Object.entries(fileNames).map(([path, name]) => [
    path,
    readFileSync(join(folder, name)),
  ]);
  return Object.fromEntries(files) as PageFiles;
}
