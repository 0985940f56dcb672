import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Stack } from 'aws-cdk-lib';
import type { BundlingOptions } from 'aws-cdk-lib/aws-lambda-nodejs';
import { build } from 'esbuild';
import { buildCollector, readBuilds } from '../../cli/dev/build';
import type { Build } from '../../infra/build';
import { buildMetadata } from '../../infra/build-metadata';
import { CollectorPipeline } from '../../infra/collector-pipeline';
import * as inPlace from '../../shared/core/guards';
import { functionNames, type SecretSource } from '../../shared/environment';
import { withBundle } from '../faults/bundle';
import { guards, type Guard } from '../faults/guards';
import { functionBundling } from '../support/bundling';
import { appWithout, assemblyDirectory, fixture, pipelineOf } from './synth';

const run = promisify(execFile);
const root = join(__dirname, '..', '..');

/** Runs the app as the CDK CLI does, its output in `outdir`. */
const runApp = (outdir: string, context: object) =>
  run(process.execPath, ['--import', 'tsx', 'infra/app.ts'], {
    cwd: root,
    env: {
      ...process.env,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      // As `npx -p node@24 -c 'npm test'` leaves them.
      npm_config_call: 'npm test',
      npm_config_package: 'node@24',
    },
  });

/** The request that reads a secret of a service. */
const secretReads: Readonly<Record<SecretSource['from'], string>> = {
  ssm: 'GetParameter',
  secretsManager: 'GetSecretValue',
};

jest.setTimeout(120_000);

describe('the app, run as the CDK CLI runs it', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'pollard-synth-'));
  let file = '';
  let code = '';
  beforeAll(async () => {
    await runApp(outdir, {});
    const assets = readdirSync(outdir).filter((name) => name.startsWith('asset.'));
    expect(assets).toHaveLength(1);
    file = join(outdir, assets[0]!, 'index.js');
    code = readFileSync(file, 'utf8');
  });
  afterAll(() => {
    rmSync(outdir, { recursive: true });
  });

  it('bundles a collector once, whole, small, and without touching anything at import', async () => {
    expect(readdirSync(dirname(file)).sort()).toEqual(['index.js', 'index.js.map']);
    expect(statSync(file).size).toBeLessThan(750_000);

    const required = [...code.matchAll(/\brequire\("([^"]+)"\)/g)];
    const foreign = required
      .map(([, name]) => name!)
      .filter((name) => !builtinModules.includes(name.replace(/^node:/, '')))
      // The SDK tries it for signatures of several regions, and does without.
      .filter((name) => name !== '@aws-sdk/signature-v4-crt');
    expect(foreign).toEqual([]);

    // The HTTP client of pollard-aws/http, which this collector does not import; sources of credentials; clients of secrets.
    const others = ['undici', 'fromTokenFile', 'credential_process', 'SSOOIDC'];
    const unused = [...others, ...Object.values(secretReads)];
    expect(unused.filter((part) => code.includes(part))).toEqual([]);

    const check = `console.log(JSON.stringify(Object.keys(require(${JSON.stringify(file)}))))`;
    const { stdout } = await run(process.execPath, ['-e', check], { env: {} });
    expect((JSON.parse(stdout) as string[]).sort()).toEqual([...functionNames].sort());
  });

  it('bundles neither a switch for the guards nor their names', () => {
    // `manifest` is a word of other things too.
    const names = [...guards, ...Object.keys(inPlace)].filter((name) => name !== 'manifest');
    const switches = ['POLLARD_WITHOUT', 'guarded.', 'guards_exports', ...names].filter((name) =>
      code.includes(name),
    );
    expect(switches).toEqual([]);
    // A guard that esbuild cannot resolve would leave a branch on a constant.
    expect(code.match(/(?<![=!])!{1,2}[01](\|\||&&|\?)|\bif\(!*[01]\)|(?<!=)!![01]/g)).toBeNull();
  });

  describe('next to the bundles that the fault kit builds without a guard', () => {
    const collector = join(root, 'examples', 'resources.ts');
    const build = (without: Guard | undefined) =>
      withBundle(collector, without, (outfile) => readFile(outfile, 'utf8'));
    const mutants = new Map<Guard, string>();
    beforeAll(async () => {
      for (const guard of guards) mutants.set(guard, await build(guard));
    });

    it('is what pollard dev builds with the options in the metadata of the pipeline', async () => {
      const [build] = readBuilds(outdir);
      await buildCollector(build!, join(outdir, 'built'));
      expect(readFileSync(join(outdir, 'built', 'index.js'), 'utf8')).toBe(code);
    });

    it('is the same but for that guard', async () => {
      expect(await build(undefined)).toBe(code);
    });

    it.each(guards)('is without the branch that runs without %s', (guard) => {
      // Were that branch in both of them, they would differ in a constant alone.
      const branches = (text: string) => text.replaceAll(/!+[01]/g, '');
      expect(branches(mutants.get(guard)!)).not.toBe(branches(code));
    });

    it.each<[Guard, string]>([
      ['high-water-mark', 'attribute_exists(#opened)'],
      ['pending-condition', '["attribute_exists(pk)"]'],
      ['lease-condition', 'case"skip":return"ours"'],
    ])('has nothing of what is written for %s alone', (guard, wrong) => {
      expect([mutants.get(guard)!, code].map((text) => text.includes(wrong))).toEqual([
        true,
        false,
      ]);
    });
  });

  it('ends with one line and exit code 1 when it is asked for what is not there', async () => {
    const failed = await runApp(outdir, { collector: 'nothing' }).then(
      () => undefined,
      (error: unknown) => error as { code: number; stderr: string },
    );
    expect(failed?.code).toBe(1);
    expect(failed?.stderr).toBe(
      `-c collector=nothing: there is no file examples/nothing.ts (resolved from ${root})\n`,
    );
  });
});

describe('the bundle of a collector that uses pollard-aws/http', () => {
  const collector = join(root, 'examples', 'github-repositories.ts');

  it('has what the client uses of undici, and loads it at the first request', async () => {
    await withBundle(collector, undefined, async (file) => {
      expect(statSync(file).size).toBeLessThan(1_200_000);
      const code = await readFile(file, 'utf8');
      expect(['UND_ERR_SOCKET', 'MockAgent'].filter((part) => code.includes(part))).toEqual([
        'UND_ERR_SOCKET',
      ]);
      // Every file of undici needs it, and nothing else here does.
      const check = `require('${file}'); console.log(process.moduleLoadList.includes('NativeModule assert'))`;
      expect((await run(process.execPath, ['-e', check], { env: {} })).stdout).toBe('false\n');
    });
  });
});

describe('the bundle of a pipeline with secrets', () => {
  const services = Object.keys(secretReads) as SecretSource['from'][];
  it.each([[[]], ...services.map((service) => [[service]]), [services]])(
    'has the clients of the services that they are in: %j',
    async (from) => {
      const secrets = from.map((service, at) => ({ name: `secret${at}`, from: service }));
      const { metadata } = pipelineOf({ secrets }).node;
      const build = metadata.find(({ type }) => type === buildMetadata)?.data as Build;
      const { codePath } = await buildCollector(build, assemblyDirectory());
      const bundle = readFileSync(codePath, 'utf8');
      expect(services.filter((service) => bundle.includes(secretReads[service]))).toEqual(from);
    },
  );

  it('says what to do about a secret whose client it does not have', async () => {
    const outfile = join(assemblyDirectory(), 'index.js');
    const contents = `
      import { readSecretFromAws } from './shared/aws/secrets';
      try { readSecretFromAws({ name: 'key', from: 'ssm', id: '/source/key' }); }
      catch ({ message }) { console.log(message); }`;
    await build({ ...functionBundling, stdin: { contents, resolveDir: root }, outfile });
    expect((await run(process.execPath, [outfile])).stdout).toBe(
      'Secret /source/key: the client of its service is not in this bundle: ' +
        'add the secret to `secrets` of the pipeline and deploy it\n',
    );
  });
});

describe('bundling options', () => {
  /** Has CDK bundle a pipeline with a secret of Systems Manager. */
  function bundleWith(bundling: BundlingOptions): string {
    const app = appWithout({ 'aws:cdk:bundling-stacks': ['**'] });
    const secrets = [{ name: 'key', from: 'ssm' as const }];
    new CollectorPipeline(new Stack(app, 'Test'), 'Poll', { entry: fixture, secrets, bundling });
    const { directory } = app.synth();
    const asset = readdirSync(directory).find((name) => name.startsWith('asset.'));
    return readFileSync(join(directory, asset!, 'index.js'), 'utf8');
  }

  it('are laid over the pipeline’s own, esbuild arguments over arguments, definitions over definitions', () => {
    const bundle = bundleWith({
      minify: false,
      define: { OF_A_USER: '1' },
      esbuildArgs: { '--banner:js': '/* banner of a user */' },
    });
    expect(bundle).toMatch(/^\/\* banner of a user \*\//);
    expect(bundle).not.toContain('require("@aws-sdk/client');
    // Of ours: the SDK is in the bundle, without what is left out, and the guards are resolved, though minify is off.
    const parts = ['DynamoDBClient', 'GetParameter', 'GetSecretValue', 'fromTokenFile'];
    const wrong = 'attribute_exists(#opened)';
    expect([...parts, wrong].filter((part) => bundle.includes(part))).toEqual(parts.slice(0, 2));
  });

  it('bring the SDK’s own chain of credential providers back', () => {
    const own = { '--alias:@aws-sdk/credential-provider-node': false };
    expect(bundleWith({ esbuildArgs: own })).toContain('fromTokenFile');
  });
});
