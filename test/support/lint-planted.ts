// Lints sources that are not there, as if they stood at the given paths. Its own program, because ESLint loads its
// configuration with a dynamic import, which Jest refuses. Reads `[{ path, code }]` and writes the rules that fired.
import { text } from 'node:stream/consumers';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

/** A source, and where it is said to stand. */
export interface Planted {
  readonly path: string;
  readonly code: string;
}

async function main(): Promise<void> {
  const planted = JSON.parse(await text(process.stdin)) as readonly Planted[];
  // The rules of the rooms need no types, and a file that is not there has none.
  const eslint = new ESLint({ overrideConfig: [tseslint.configs.disableTypeChecked] });
  const fired: string[][] = [];
  for (const { path, code } of planted) {
    const results = await eslint.lintText(code, { filePath: path });
    fired.push(results.flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId ?? 'parser')));
  }
  process.stdout.write(JSON.stringify(fired));
}

void main();
