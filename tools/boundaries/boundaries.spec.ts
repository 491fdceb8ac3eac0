import { ESLint } from 'eslint'
import { join } from 'node:path'

const root = join(__dirname, '../..')

/** A file of one layer, and the import it may not have. Nothing of it exists on disk: the linter reads the text. */
const forbidden: readonly (readonly [layer: string, file: string, imported: string, rule: string])[] = [
  ['kernel', 'libs/kernel/src/event.ts', 'node:fs', 'no-restricted-imports'],
  ['kernel', 'libs/kernel/src/event.ts', '@throughline/ports', 'no-restricted-imports'],
  ['contracts', 'libs/contracts/src/case.ts', '@throughline/kernel', '@nx/enforce-module-boundaries'],
  ['contracts', 'libs/contracts/src/case.ts', '@nestjs/common', 'no-restricted-imports'],
  ['ports', 'libs/ports/src/courier.ts', '@throughline/contracts', '@nx/enforce-module-boundaries'],
  ['ports', 'libs/ports/src/courier.ts', '@throughline/platform', '@nx/enforce-module-boundaries'],
  ['adapter', 'libs/adapters/sqlite/src/open.ts', '@throughline/contracts', '@nx/enforce-module-boundaries'],
  [
    'adapter',
    'libs/adapters/sqlite/src/open.ts',
    '@throughline/service-case',
    '@nx/enforce-module-boundaries',
  ],
  [
    'service',
    'libs/services/case/src/case.ts',
    '@throughline/service-contact',
    '@nx/enforce-module-boundaries',
  ],
  [
    'service',
    'libs/services/case/src/case.ts',
    '@throughline/adapter-sqlite',
    '@nx/enforce-module-boundaries',
  ],
  ['service', 'libs/services/case/src/case.ts', '@throughline/platform', '@nx/enforce-module-boundaries'],
  ['service', 'libs/services/case/src/case.ts', '@throughline/testing', '@nx/enforce-module-boundaries'],
  ['platform', 'libs/platform/src/host.ts', '@throughline/service-case', '@nx/enforce-module-boundaries'],
  ['platform', 'libs/platform/src/host.ts', '@throughline/testing', '@nx/enforce-module-boundaries'],
  ['testing', 'libs/testing/src/world.ts', '@throughline/simulation', '@nx/enforce-module-boundaries'],
  ['simulation', 'libs/simulation/src/life.ts', '@throughline/service-case', '@nx/enforce-module-boundaries'],
  ['app', 'apps/all-in-one/src/main.ts', '@throughline/simulation', '@nx/enforce-module-boundaries'],
  ['app', 'apps/all-in-one/src/main.ts', '@throughline/adapter-sqlite', '@nx/enforce-module-boundaries'],
  ['app', 'apps/all-in-one/src/main.ts', '@throughline/testing', '@nx/enforce-module-boundaries'],
]

const allowed: readonly (readonly [file: string, imported: string])[] = [
  ['libs/ports/src/courier.ts', '@throughline/kernel'],
  ['libs/services/case/src/case.ts', '@throughline/contracts'],
  ['libs/services/case/src/case.spec.ts', '@throughline/testing'],
  ['apps/all-in-one/src/main.ts', '@throughline/service-case'],
]

const raw: readonly string[] = [
  'export const now = Date.now()',
  'export const now = new Date()',
  'export const chance = Math.random()',
  'export const timer = setTimeout(() => undefined, 1)',
  'export const timer = setInterval(() => undefined, 1)',
  "import { randomUUID } from 'node:crypto'\nexport const id = randomUUID()",
]

describe('who may import whom', () => {
  // Boundaries alone: type-aware rules would need each text to be part of the program.
  const eslint = new ESLint({
    cwd: root,
    overrideConfig: [
      { languageOptions: { parserOptions: { project: null } } },
      { rules: { '@typescript-eslint/no-unused-vars': 'off' } },
    ],
    ruleFilter: ({ ruleId }) =>
      ['@nx/enforce-module-boundaries', 'no-restricted-imports', 'no-restricted-syntax'].includes(ruleId),
  })
  const lint = async (file: string, text: string): Promise<readonly (string | null)[]> => {
    const [result] = await eslint.lintText(text, { filePath: join(root, file) })
    return result?.messages.map(({ ruleId }) => ruleId) ?? []
  }

  it.each(forbidden)('a file of %s (%s) may not import %s', async (_, file, imported, rule) => {
    expect(await lint(file, `import * as other from '${imported}'\nexport const used = other\n`)).toContain(
      rule,
    )
  })

  it.each(allowed)('%s may import %s', async (file, imported) => {
    expect(await lint(file, `import * as other from '${imported}'\nexport const used = other\n`)).toEqual([])
  })

  it.each(raw)('a service asks the ports for time, chance and ids, so it may not say: %s', async (text) => {
    expect(await lint('libs/services/case/src/case.ts', `${text}\n`)).not.toEqual([])
  })
})
