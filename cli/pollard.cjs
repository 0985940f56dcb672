#!/usr/bin/env node
// The `pollard` command. In the repo it is TypeScript, compiled as it is loaded; in the package it is built.
'use strict';

const { existsSync } = require('node:fs');
const { join } = require('node:path');

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
const inRepo = existsSync(join(__dirname, 'main.ts'));
const root = join(__dirname, inRepo ? '..' : '../dist');

async function run() {
  // Not `tsx/cjs` alone: `pollard dev` loads its parts by `import()`.
  if (inRepo) await import('tsx');
  const { failWith } = require(join(root, 'cli/terminal/output'));
  const { main } = require(join(root, 'cli/main'));
  await main(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  }, failWith);
}

void run();
