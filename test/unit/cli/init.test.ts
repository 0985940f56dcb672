import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { init } from '../../../cli/commands/init';
import { ownPackage, specOf, type OwnPackage } from '../../../cli/init/origin';
import { printerFor } from '../../../cli/io';

const folder = mkdtempSync(join(tmpdir(), 'pollard-init-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A folder in which npm has installed the package from somewhere. */
function installedFrom(name: string, resolved: string): OwnPackage {
  const modules = join(folder, name, 'node_modules');
  const root = join(modules, 'pollard-aws');
  mkdirSync(root, { recursive: true });
  const packages = { 'node_modules/pollard-aws': { resolved } };
  writeFileSync(join(modules, '.package-lock.json'), JSON.stringify({ packages }));
  return { ...ownPackage(), root };
}

/** Runs `pollard init` as from a package of the registry. */
async function runInit(project: string, answer?: string) {
  let out = '';
  const stdout = {
    write: (text: string) => (out += text) !== '',
    once: () => undefined,
    off: () => undefined,
  };
  const io = { stdout, stderr: stdout, env: {}, signal: AbortSignal.abort(), now: () => 0 };
  const asked: string[] = [];
  const ask = (question: string): Promise<string> => {
    asked.push(question);
    return Promise.resolve(answer ?? '');
  };
  const own = installedFrom('registry', 'https://registry.example/pollard-aws.tgz');
  const printer = printerFor(io, false);
  const code = await init(project, printer, answer === undefined ? undefined : ask, own);
  return { code, out, asked };
}

const read = (...path: string[]): string => readFileSync(join(folder, ...path), 'utf8');

describe('pollard init', () => {
  it('makes a project named after its folder, with the version of the package that made it', async () => {
    const { code, out } = await runInit(join(folder, 'My Weather'));
    expect(code).toBe(0);
    expect(out).toContain('npm install');
    expect(JSON.parse(read('My Weather', 'package.json'))).toMatchObject({
      name: 'my-weather',
      private: true,
      dependencies: { 'pollard-aws': ownPackage().version },
    });
    expect(readdirSync(join(folder, 'My Weather')).sort()).toEqual([
      ...['.gitignore', 'README.md', 'cdk.json', 'collectors', 'infra'],
      ...['package.json', 'tsconfig.json'],
    ]);
    expect(read('My Weather', 'README.md')).toContain('# my-weather');
    expect(read('My Weather', 'README.md').split('\n').length).toBeLessThanOrEqual(12);
  });

  it('makes scripts that deploy and destroy every stack of the app', async () => {
    await runInit(join(folder, 'stacks'));
    expect(JSON.parse(read('stacks', 'package.json'))).toMatchObject({
      scripts: { deploy: 'cdk deploy --all', destroy: 'cdk destroy --all' },
    });
    expect(read('stacks', 'infra', 'app.ts')).toContain(
      "new CollectorPipelineStack(app, 'Stations'",
    );
  });

  it('refuses a folder that has files where nobody can be asked, and names them', async () => {
    const project = join(folder, 'taken');
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{}');
    writeFileSync(join(project, 'notes.txt'), 'mine');
    await expect(runInit(project)).rejects.toThrow('has files: notes.txt, package.json');
    expect(readdirSync(project).sort()).toEqual(['notes.txt', 'package.json']);
  });

  it('asks a person before it adds to a folder that has files, and overwrites none of them', async () => {
    const project = join(folder, 'asked');
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{}');
    const no = await runInit(project, 'no');
    expect(no).toMatchObject({ code: 1, asked: [expect.stringContaining('package.json')] });
    expect(readdirSync(project)).toEqual(['package.json']);
    const yes = await runInit(project, 'y');
    expect(yes.code).toBe(0);
    expect(yes.out).toContain('Left as they were: package.json');
    expect(read('asked', 'package.json')).toBe('{}');
    expect(read('asked', 'cdk.json')).toContain('infra/app.ts');
  });

  it('takes a folder with nothing but a repository for empty', async () => {
    mkdirSync(join(folder, 'cloned', '.git'), { recursive: true });
    expect((await runInit(join(folder, 'cloned'))).code).toBe(0);
  });

  it('does not run from a checkout', async () => {
    const printer = printerFor({ stdout: { write: () => true } } as never, false);
    await expect(init(join(folder, 'none'), printer, undefined)).rejects.toThrow('npm pack');
  });
});

describe('what a project names the package by', () => {
  it('is the tarball that it was installed from', () => {
    writeFileSync(join(folder, 'pollard-aws-1.0.0.tgz'), '');
    const own = installedFrom('tarball', 'file:../pollard-aws-1.0.0.tgz');
    expect(specOf(own, join(folder, 'app'))).toBe('file:../pollard-aws-1.0.0.tgz');
  });

  it('is its version where it came from a registry, or the tarball is gone', () => {
    const gone = installedFrom('gone', 'file:../gone.tgz');
    expect(specOf(gone, folder)).toBe(ownPackage().version);
  });
});
