/** One Jest for the whole workspace: starting it once costs less than the tests of most projects. */
module.exports = {
  testMatch: ['<rootDir>/{libs,apps,tools}/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/data/'],
  testEnvironment: 'node',
  // No test measures time; this only ends one that hangs, on a machine however busy.
  testTimeout: 30_000,
  // Project imports resolve to source through the same condition that TypeScript uses.
  testEnvironmentOptions: {
    customExportConditions: ['@throughline/source', 'node', 'node-addons', 'require', 'default'],
  },
  transform: {
    '^.+\\.m?ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2023',
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  setupFiles: ['reflect-metadata'],
}
