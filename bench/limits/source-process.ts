// A source with a limit in a process of its own: `fork(thisFile, [name of a poll of cases.ts])`. It sends `{ url }`, and to
// each message the calls that came since the last one.
import { startLimitedSource } from '../../test/support/limited-source';
import { limitedPolls, type LimitedName } from './cases';

void startLimitedSource(limitedPolls[process.argv[2] as LimitedName].model()).then((source) => {
  process.on('message', () => process.send?.({ calls: source.takeCalls() }));
  process.on('disconnect', () => process.exit());
  process.send?.({ url: source.url });
});
