// `npm start`: polls with a collector on the embedded cloud. `npm start -- --help` says how.
import { failWith } from '../shared/terminal/output';
import { startSourceProcess } from './source/process';
import { collectorNames } from './start/collectors';
import { main } from './start/main';

const repo = { collectors: collectorNames(), startSource: startSourceProcess };
main(process.argv.slice(2), { program: 'npm start', repo }).then((code) => {
  process.exitCode = code;
}, failWith);
