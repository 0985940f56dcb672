import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { filesOf, writeFilesOf } from '../../support/documented-files';

const root = join(__dirname, '../../..');
const pages = ['recipes.md', 'testing.md'];

/** Reads the options of a tsconfig.json; its paths are those of the repo. */
function optionsIn(file: string): ts.CompilerOptions {
  const path = join(root, file);
  const { config } = ts.readConfigFile(path, (name) => readFileSync(name, 'utf8'));
  return ts.parseJsonConfigFileContent(config, ts.sys, root).options;
}

it('the files that the documentation shows have no type error in a new project', () => {
  const folders = pages.map(writeFilesOf);
  try {
    const files = pages.flatMap((page, at) =>
      [...filesOf(page).keys()].map((path) => join(folders[at]!, path)),
    );
    expect(files.length).toBeGreaterThan(8);
    const template = optionsIn('cli/init/template/tsconfig.project.json');
    const { paths = {} } = optionsIn('tsconfig.json');
    const program = ts.createProgram(files, { ...template, paths });
    const diagnostics = files.flatMap((file) =>
      ts.getPreEmitDiagnostics(program, program.getSourceFile(file)),
    );
    const host = {
      getCanonicalFileName: (name: string) => name,
      getCurrentDirectory: () => root,
      getNewLine: () => '\n',
    };
    expect(ts.formatDiagnostics(diagnostics, host)).toBe('');
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
});
