import { mkdtempSync, realpathSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watchFiles } from '../../../../cli/dev/watch-files';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pollard-watch-')));
const [watched, other] = [join(folder, 'stations.ts'), join(folder, 'other.ts')];
writeFileSync(watched, '1');
writeFileSync(other, '1');
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('a watched file that is written, or replaced as editors do, is a change; another file of its folder is none', async () => {
  const files = watchFiles([watched], Date.now());
  try {
    writeFileSync(other, '2');
    writeFileSync(watched, '2');
    expect(await files.changed()).toBe(watched);
    const next = files.changed();
    writeFileSync(`${watched}.new`, '3');
    renameSync(`${watched}.new`, watched);
    expect(await next).toBe(watched);
    files.watch([other], Date.now());
    writeFileSync(watched, '4');
    writeFileSync(other, '4');
    expect(await files.changed()).toBe(other);
  } finally {
    files.close();
  }
});

it('a file that was written since it was read has changed, unless its time is yet to come', async () => {
  const [before, now] = [Date.now() - 60_000, Date.now()];
  const times = (seconds: number) => new Date(now + seconds * 1_000);
  utimesSync(watched, times(3_600), times(3_600));
  utimesSync(other, times(-30), times(-30));
  const files = watchFiles([watched, other], before);
  try {
    expect(await files.changed()).toBe(other);
  } finally {
    files.close();
  }
});
