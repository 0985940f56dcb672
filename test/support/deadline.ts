declare const testTimeoutMs: number;

// The deadline of the suite that the file belongs to; see jest.config.cjs.
jest.setTimeout(testTimeoutMs);
