// `npm start`: polls with a collector on the embedded cloud. `npm start -- --help` says how.
import { optimizeLate } from './embedded/lambda/v8-options';
import { main } from './start/main';

optimizeLate();
void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
