// `npm start`: polls with a collector on the embedded cloud. `npm start -- --help` says how.
import { main } from './start/main';

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
