// The SDK warns on Node 20 in every process; the suites run on it on purpose.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
