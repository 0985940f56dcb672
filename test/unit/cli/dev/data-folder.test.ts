import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeDataFolder } from '../../../../cli/dev/data-folder';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pollard-folder-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

describe('the folder of --data', () => {
  it('is made with a .gitignore, and is free again when it is released', () => {
    const data = join(root, 'a/b');
    takeDataFolder({ data })?.release();
    expect(readdirSync(data)).toEqual(['.gitignore']);
  });

  it('is refused while another process uses it, and taken over from one that has died', () => {
    writeFileSync(join(root, 'in-use-by'), String(process.ppid));
    expect(() => takeDataFolder({ data: root })).toThrow(`is in use by process ${process.ppid}`);
    writeFileSync(join(root, 'in-use-by'), '999999999');
    expect(takeDataFolder({ data: root })?.path).toBe(root);
  });

  it('loses its tables by --reset, and nothing else', () => {
    for (const file of ['Table.ndjson', 'notes.txt']) writeFileSync(join(root, file), '');
    takeDataFolder({ data: root, reset: true })?.release();
    expect(readdirSync(root).sort()).toEqual(['.gitignore', 'notes.txt']);
  });

  it('that cannot be written is named', () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    expect(() => takeDataFolder({ data: join(file, 'x') })).toThrow(
      /--data: cannot write to .*: ENOTDIR/,
    );
  });

  it('is a temporary one for --watch, which goes with the process, and none otherwise', () => {
    const folder = takeDataFolder({ watch: true });
    expect(existsSync(folder?.path ?? '')).toBe(true);
    folder?.release();
    expect(existsSync(folder?.path ?? '')).toBe(false);
    expect(takeDataFolder({})).toBeUndefined();
  });
});
