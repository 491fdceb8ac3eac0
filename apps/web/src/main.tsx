import './theme/styles'
import { setNonce } from 'get-nonce'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app'
import { followSystem } from './shared/scheme'
import { startWords } from './words/words'

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce
// For the few style elements that libraries write themselves.
if (nonce !== undefined && nonce !== '') setNonce(nonce)

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
followSystem()
await startWords()
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
