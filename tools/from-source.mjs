// Lets a child process of a test run this project from source, as Jest does: loaded with `node --import`. What was built may
// be older than what is tested.
import { existsSync, readFileSync } from 'node:fs'
import { enableCompileCache, registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { transformSync } from '@swc/core'

// The same packages are loaded by every process that a test starts.
enableCompileCache()

registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL !== undefined) {
      const source = specifier.replace(/\.js$/, '.ts')
      if (existsSync(new URL(source, context.parentURL))) return next(source, context)
    }
    return next(specifier, context)
  },
  load(url, context, next) {
    if (!url.startsWith('file:') || !url.endsWith('.ts') || url.includes('/node_modules/'))
      return next(url, context)
    const { code } = transformSync(readFileSync(fileURLToPath(url), 'utf8'), {
      jsc: {
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
        target: 'es2023',
        keepClassNames: true,
      },
      module: { type: 'commonjs' },
    })
    return { format: 'commonjs', source: code, shortCircuit: true }
  },
})
await import('reflect-metadata')
