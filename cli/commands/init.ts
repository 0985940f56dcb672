import { relative, resolve } from 'node:path';
import { UsageError } from '../errors';
import { exitCodes } from '../exit-codes';
import { ownPackage, specOf } from '../init/origin';
import { filesIn, projectFiles, writeMissing } from '../init/project';
import { saidYes, type Io, type Printer } from '../io';

type Ask = Io['ask'];

/**
 * Creates a project. Existing files are kept: where there are some, it asks whether to add to them, or refuses without a
 * terminal to ask at.
 * @param folder @default - the working directory
 */
export async function init(
  folder: string | undefined,
  printer: Printer,
  ask: Ask,
  own = ownPackage(),
): Promise<number> {
  const project = resolve(folder ?? '.');
  const spec = specOf(own, project);
  if (spec === undefined) {
    throw new UsageError(
      `init runs from the package, not from a checkout: npm pack, then npx --package ./pollard-aws-${own.version}.tgz pollard init`,
    );
  }
  const present = filesIn(project);
  if (present.length > 0 && !(await mayAdd(project, present, ask))) return exitCodes.failed;
  const kept = writeMissing(project, projectFiles(project, own, spec));
  if (kept.length > 0) printer.line(`Left as they were: ${kept.join(', ')}`);
  if (kept.includes('package.json')) {
    printer.line(
      'Add what your package.json lacks: npm install pollard-aws aws-cdk-lib constructs',
    );
    printer.line('and npm install --save-dev aws-cdk esbuild tsx typescript @types/node');
  }
  const there = relative(process.cwd(), project);
  const steps = [...(there === '' ? [] : [`cd ${there}`]), 'npm install', 'npm start'];
  printer.line(`A project is in ${project}. Next:`);
  printer.out.lines(steps.map((step) => `  ${step}`));
  return exitCodes.good;
}

async function mayAdd(project: string, present: readonly string[], ask: Ask): Promise<boolean> {
  const holds = `${project} has files: ${present.join(', ')}`;
  if (!ask) {
    throw new UsageError(`${holds}. Name an empty folder, or run this on a terminal to be asked`);
  }
  return saidYes(ask, `${holds}.\nAdd the project's files and leave these as they are?`);
}
