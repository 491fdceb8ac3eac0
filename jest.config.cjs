const { findChromium } = require('./scripts/chromium.cjs')

// Looked for once; the specs of the pages start what is named here and fail with a sentence where nothing is.
const chromium = findChromium()
if (chromium === undefined) delete process.env.CHROMIUM_PATH
else process.env.CHROMIUM_PATH = chromium

const swc = (parser, transform = {}) => [
  '@swc/jest',
  {
    jsc: {
      parser: { syntax: 'typescript', ...parser },
      transform,
      target: 'es2023',
      keepClassNames: true,
    },
    module: { type: 'commonjs' },
  },
]

/** One Jest for the whole workspace: starting it once costs less than the tests of most projects. */
module.exports = {
  testMatch: ['<rootDir>/{libs,apps,tools}/**/*.spec.ts', '<rootDir>/apps/web/src/**/*.spec.tsx'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/data/'],
  testEnvironment: 'node',
  // What specs leave behind in a process adds up to gigabytes; a worker that holds too much is replaced between two files.
  maxWorkers: 2,
  workerIdleMemoryLimit: '1500MB',
  // No test measures time; this only ends one that hangs, on a machine however busy.
  testTimeout: 30_000,
  // Project imports resolve to source through the same condition that TypeScript uses.
  testEnvironmentOptions: {
    customExportConditions: ['@throughline/source', 'node', 'node-addons', 'require', 'default'],
  },
  transform: {
    '^.+\\.m?ts$': swc({ decorators: true }, { legacyDecorator: true, decoratorMetadata: true }),
    // A parser that knows JSX reads `<Type>value` differently, so it reads only these.
    '^.+\\.tsx$': swc({ tsx: true }, { react: { runtime: 'automatic' } }),
  },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  setupFiles: ['reflect-metadata'],
}
