import { statSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';

/** A watch on files. */
export interface FileWatch {
  /** Resolves with the file that changed since the last time that this was called, at once if one has. */
  changed(): Promise<string>;
  /** Watches these files instead; one that was written since they were read has changed. */
  watch(files: readonly string[], readAt: number): void;
  close(): void;
}

/** Milliseconds from the first event of a change to its report: an editor writes a file in several steps. */
const settleMs = 50;

/**
 * Watches files by their folders, for many editors replace a file instead of writing to it.
 * @param readAt epoch milliseconds before the files were read; one that was written since then has changed
 */
export function watchFiles(files: readonly string[], readAt: number): FileWatch {
  const watchers = new Map<string, FSWatcher>();
  let wanted = new Set(files);
  let changed: string | undefined;
  let [wake, timer]: [(() => void) | undefined, NodeJS.Timeout | undefined] = [
    undefined,
    undefined,
  ];
  const onChange = (file: string | undefined): void => {
    if (file === undefined) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      changed = file;
      wake?.();
    }, settleMs);
  };
  const onEvent = (folder: string) => (_event: string, name: string | null) => {
    onChange([...wanted].find((each) => dirname(each) === folder && basename(each) === name));
  };
  const update = (next: readonly string[], since: number): void => {
    wanted = new Set(next);
    for (const folder of new Set(next.map((file) => dirname(file)))) {
      if (!watchers.has(folder)) watchers.set(folder, watch(folder, onEvent(folder)));
    }
    onChange(next.find((file) => isWrittenSince(file, since)));
  };
  update(files, readAt);
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

/** A time that has not come yet is not that of a write: the file would have changed for ever. */
function isWrittenSince(file: string, since: number): boolean {
  const writtenAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return writtenAt > since && writtenAt <= Date.now();
}
