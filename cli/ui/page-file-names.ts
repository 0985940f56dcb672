/** The name of each file of the page, by the path at which it is served. */
export const fileNames = {
  '/': 'index.html',
  '/page.js': 'page.js',
  '/page.css': 'page.css',
  '/icon.svg': 'icon.svg',
} as const;

/** The contents of the page's files, by path. */
export type PageFiles = Readonly<Record<keyof typeof fileNames, Uint8Array>>;
