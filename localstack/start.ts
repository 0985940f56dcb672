// `npm start`: polls with a collector on the embedded cloud. `npm start -- --help` says how.
import { failWith } from '../shared/terminal/output';
import { optimizeLate } from './embedded/lambda/v8-options';
import { main } from './start/main';

optimizeLate();
main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
}, failWith);
