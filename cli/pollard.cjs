#!/usr/bin/env node
// The `pollard` command: TypeScript as it stands in the repo, compiled as it is loaded.
'use strict';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
require('tsx/cjs');
const { failWith } = require('../shared/terminal/output.ts');
const { main } = require('./main.ts');

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
}, failWith);
