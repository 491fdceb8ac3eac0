import { openPages } from './pages.stage.js'
import { scenario } from './scenario.js'

scenario(
  'Ana and Joel, each at a browser of their own, from the first sign-in to the last word of feedback',
  openPages,
)
