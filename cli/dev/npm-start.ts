// `npm start`: polls with a collector on the embedded cloud. `npm start -- --help` says how.
import { failWith } from '../terminal/output';
import { startSourceProcess } from '../../examples/resources/server/process';
import { collectorNames } from './collectors';
import { main } from './main';

const repo = { collectors: collectorNames(), startSource: startSourceProcess };
main(process.argv.slice(2), { program: 'npm start', repo }).then((code) => {
  process.exitCode = code;
}, failWith);
