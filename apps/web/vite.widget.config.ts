import { defineConfig } from 'vite'
import { precompressed } from './build/precompressed'

const LOADER = 'widget.js'
const BUILT = /^(widget\.js|assets\/widget-[\w-]+\.js)$/

/**
 * The prospect's widget: `widget.js` for pages of others, under a name that stays, and the panel that it fetches when
 * somebody presses it. After the pages, into the same folder.
 */
export default defineConfig({
  base: './',
  plugins: [
    {
      name: 'throughline:widget',
      generateBundle: (_options, bundle) => {
        const files = Object.values(bundle).filter((file) => file.type === 'chunk')
        const panel = files.find(({ isEntry, fileName }) => isEntry && fileName !== LOADER)
        const loader = files.find(({ fileName }) => fileName === LOADER)
        if (panel === undefined || loader === undefined) throw new Error('the widget has two parts')
        if (loader.imports.length > 0)
          throw new Error('the loader is alone: a classic script imports nothing')
        // A script tag without `type` shares its names with the page: the loader keeps its own to itself.
        const code = loader.code
          .trim()
          .replaceAll('__PANEL', JSON.stringify(`./${panel.fileName}`))
          .replaceAll('__import(', 'import(')
        loader.code = `(()=>{"use strict";${code}})();\n`
      },
    },
    precompressed(BUILT),
  ],
  build: {
    target: 'es2023',
    emptyOutDir: false,
    copyPublicDir: false,
    assetsInlineLimit: 0,
    modulePreload: false,
    sourcemap: false,
    rolldownOptions: {
      input: { widget: 'src/widget/widget.ts', panel: 'src/widget/panel.ts' },
      preserveEntrySignatures: 'strict',
      output: {
        format: 'es',
        entryFileNames: ({ name }) => (name === 'widget' ? LOADER : 'assets/widget-[name]-[hash].js'),
        chunkFileNames: 'assets/widget-[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
})
