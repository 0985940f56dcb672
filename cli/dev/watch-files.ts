import { watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';

/** A watch on files. */
export interface FileWatch {
  /** Resolves with the file that changed since the last time that this was called, at once if one has. */
  changed(): Promise<string>;
  /** Watches these files instead. */
  watch(files: readonly string[]): void;
  close(): void;
}

/** Milliseconds from the first event of a change to its report: an editor writes a file in several steps. */
const settleMs = 50;

/** Watches files by their folders, for many editors replace a file instead of writing to it. */
export function watchFiles(files: readonly string[]): FileWatch {
  const watchers = new Map<string, FSWatcher>();
  let wanted = new Set(files);
  let changed: string | undefined;
  let [wake, timer]: [(() => void) | undefined, NodeJS.Timeout | undefined] = [
    undefined,
    undefined,
  ];
  const onEvent = (folder: string) => (_event: string, name: string | null) => {
    const file = [...wanted].find((each) => dirname(each) === folder && basename(each) === name);
    if (file === undefined) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      changed = file;
      wake?.();
    }, settleMs);
  };
  const update = (next: readonly string[]): void => {
    wanted = new Set(next);
    for (const folder of new Set(next.map((file) => dirname(file)))) {
      if (!watchers.has(folder)) watchers.set(folder, watch(folder, onEvent(folder)));
    }
  };
  update(files);
  return {
    watch: update,
    changed: async () => {
      for (;;) {
        const file = changed;
        changed = undefined;
        if (file !== undefined) return file;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    close: () => {
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}
