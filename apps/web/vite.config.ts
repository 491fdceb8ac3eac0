import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { precompressed } from './build/precompressed'

const api = process.env.THROUGHLINE_API ?? 'http://127.0.0.1:4000'

export default defineConfig({
  plugins: [react(), precompressed()],
  resolve: {
    // Its own reads names of letters by way of innerHTML, which Trusted Types refuse.
    alias: { 'markdown-to-jsx/entities': fileURLToPath(new URL('src/shared/entities.ts', import.meta.url)) },
  },
  // Replaced in every response; the server and the pages agree on this word alone.
  html: { cspNonce: '__NONCE__' },
  build: {
    target: 'es2023',
    // No data: addresses: fonts and pictures come from our own origin, as the content security policy says.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    chunkSizeWarningLimit: 600,
  },
  server: { proxy: { '/api': api, '/health': api } },
})
