import nx from '@nx/eslint-plugin'
import a11y from 'eslint-plugin-jsx-a11y'
import hooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

/** Who may import whom, as docs/architecture.md draws it. Specs may use testing, and only specs. */
export const layers = [
  { sourceTag: 'layer:kernel', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'layer:contracts', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'layer:ports', onlyDependOnLibsWithTags: ['layer:kernel'] },
  { sourceTag: 'layer:adapter', onlyDependOnLibsWithTags: ['layer:ports', 'layer:kernel'] },
  {
    sourceTag: 'layer:service',
    onlyDependOnLibsWithTags: ['layer:contracts', 'layer:ports', 'layer:kernel'],
  },
  {
    sourceTag: 'layer:platform',
    onlyDependOnLibsWithTags: ['layer:adapter', 'layer:ports', 'layer:contracts', 'layer:kernel'],
  },
  {
    sourceTag: 'layer:testing',
    onlyDependOnLibsWithTags: ['layer:platform', 'layer:ports', 'layer:contracts', 'layer:kernel'],
  },
  // Plays the whole platform, whose services it is given by whoever runs it.
  {
    sourceTag: 'layer:simulation',
    onlyDependOnLibsWithTags: [
      'layer:testing',
      'layer:platform',
      'layer:ports',
      'layer:contracts',
      'layer:kernel',
    ],
  },
  // Tools use the HTTP API as any other program would, so they know contracts and no service.
  { sourceTag: 'layer:tool', onlyDependOnLibsWithTags: ['layer:tool', 'layer:contracts', 'layer:kernel'] },
  // The pages know the HTTP API and no code of the server.
  { sourceTag: 'layer:web', onlyDependOnLibsWithTags: [] },
  {
    sourceTag: 'layer:app',
    onlyDependOnLibsWithTags: ['layer:service', 'layer:platform', 'layer:tool', 'layer:web'],
  },
]

const withTesting = layers.map(({ sourceTag, onlyDependOnLibsWithTags }) => ({
  sourceTag,
  onlyDependOnLibsWithTags: [
    ...onlyDependOnLibsWithTags,
    'layer:testing',
    'layer:simulation',
    'layer:platform',
    'layer:contracts',
  ],
}))

const boundaries = (depConstraints) => [
  'error',
  { enforceBuildableLibDependency: false, allow: [], depConstraints },
]

const outside = (names, message) => ({ paths: names.map((name) => ({ name, message })) })

/** The raw clock, timers and randomness: a seed replays a run only if everything asks the ports. */
const rawSources = [
  { selector: "MemberExpression[object.name='Date'][property.name='now']", message: 'Ask the Clock port.' },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Ask the Clock port.' },
  {
    selector: "MemberExpression[object.name='performance'][property.name='now']",
    message: 'Ask the Clock port.',
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'Ask the Randomness port.',
  },
  { selector: "CallExpression[callee.name='setTimeout']", message: 'Ask the Timers port.' },
  { selector: "CallExpression[callee.name='setInterval']", message: 'Ask the Timers port.' },
]

const rawModules = {
  paths: [
    {
      name: 'node:crypto',
      importNames: ['randomUUID', 'randomBytes', 'randomInt'],
      message: 'Ask Ids or Randomness.',
    },
    { name: 'node:timers', message: 'Ask the Timers port.' },
    { name: 'node:timers/promises', message: 'Ask the Timers port.' },
    { name: 'uuid', message: 'Ask the Ids port.' },
  ],
}

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      'data/**',
      'coverage/**',
      '.nx/**',
      'tools/boundaries/fixtures/**',
    ],
  },
  {
    files: ['**/*.ts', '**/*.mts', '**/*.tsx'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { project: './tsconfig.spec.json', tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(layers),
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true, allowEmpty: true }],
      '@typescript-eslint/prefer-readonly': 'error',
      // Contracts and request bodies are plain data of a declared shape; nobody constructs them.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      // Taking a field out is the way to give the rest.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      // A type parameter used once still names what the caller decides.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // Class members declared by decorators are set by the validator and never by us.
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: 'always' }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['apps/web/**/*.ts', 'apps/web/**/*.tsx'],
    languageOptions: {
      parserOptions: { project: './apps/web/tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
  },
  {
    files: ['apps/web/**/*.tsx'],
    extends: [a11y.flatConfigs.strict, hooks.configs.flat['recommended-latest']],
    rules: {
      // A list scrolls and a log is read by keyboard, so they take focus.
      'jsx-a11y/no-noninteractive-tabindex': ['error', { tags: [], roles: ['log', 'region', 'tabpanel'] }],
    },
  },
  {
    files: ['libs/kernel/**/*.ts', 'libs/contracts/**/*.ts', 'libs/ports/**/*.ts', 'libs/services/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/*.suite.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...rawSources],
      'no-restricted-imports': ['error', rawModules],
    },
  },
  {
    files: ['libs/kernel/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^(?!\\.)', message: 'The kernel imports nothing.' }] },
      ],
    },
  },
  {
    files: ['libs/contracts/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(?!\\.|class-validator$|class-transformer$|reflect-metadata$)',
              message: 'Contracts import class-validator and what it stands on, nothing else.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.spec.ts', '**/*.suite.ts', 'apps/e2e/**/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': boundaries([
        ...withTesting,
        // The scenario is played on whole systems.
        { sourceTag: 'layer:e2e', onlyDependOnLibsWithTags: ['*'] },
      ]),
      '@typescript-eslint/no-non-null-assertion': 'error',
      // Async functions that fake a port have nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
)
