import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sh } from './shell';
import type { Check } from './suite';
import { tarballIn } from './tarball';

/** Returns the checks of a project that `pollard init` makes, by the commands that its README names. */
export function newProjectChecks(
  folder: string,
  endpoint: Readonly<Record<string, string>>,
): Check[] {
  const outer = join(folder, 'new');
  const cwd = join(outer, 'weather');
  const inProject = (command: string, env = {}) => sh(command, { cwd, env });
  return [
    {
      name: 'pollard init makes a project with the tarball that it runs from',
      run: async () => {
        mkdirSync(outer);
        writeFileSync(join(outer, 'package.json'), '{ "private": true }');
        await sh(`npm install ${tarballIn(folder)}`, { cwd: outer });
        await sh('npx --no-install pollard-aws init weather', { cwd: outer });
        await assert.rejects(
          sh('npx --no-install pollard init weather', { cwd: outer }),
          /has files: .*package\.json/,
        );
        await inProject('npm install');
      },
    },
    {
      name: 'npm start polls the stand-in to its end',
      run: async () => {
        assert.match(await inProject('npm start'), /SUCCEEDED[^]*100 saved/);
      },
    },
    {
      name: 'npm test runs the collector in memory',
      run: async () => {
        assert.match(await inProject('npm test'), /pass 1/);
      },
    },
    {
      name: 'tsc accepts the project',
      run: async () => {
        await inProject('npx tsc --noEmit');
      },
    },
    {
      name: 'cdk synth writes the template',
      run: async () => {
        assert.match(await inProject('npx cdk synth'), /AWS::Lambda::Function/);
      },
    },
    {
      name: 'npm run deploy and pollard start --wait run it on an endpoint',
      run: async () => {
        await inProject('npx cdk bootstrap', endpoint);
        await inProject('npm run deploy -- --require-approval never', endpoint);
        try {
          assert.match(await inProject('npx pollard start --wait', endpoint), /SUCCEEDED/);
        } finally {
          await inProject('npm run destroy -- --force', endpoint);
        }
      },
    },
  ];
}
