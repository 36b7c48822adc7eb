/** Tests run as ECMAScript modules: `npm test` starts jest with --experimental-vm-modules. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  setupFiles: ['reflect-metadata'],
  globalSetup: '<rootDir>/test/helpers/run.ts',
  globalTeardown: '<rootDir>/test/helpers/run-end.ts',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: {
            legacyDecorator: true,
            decoratorMetadata: false,
            useDefineForClassFields: false,
          },
        },
        module: { type: 'es6' },
      },
    ],
  },
  // Ends what hangs; a busy machine may take long for what is right.
  testTimeout: 60_000,
  // Suites wait for sockets more than they work.
  maxWorkers: '100%',
};
