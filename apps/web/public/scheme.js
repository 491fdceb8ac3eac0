// Runs before the first paint. Whoever chose a scheme keeps it; everybody else has the system's.
;(() => {
  let chosen = null
  try {
    chosen = localStorage.getItem('throughline.scheme')
  } catch {
    // Storage may be closed to us; then the system decides.
  }
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
})()
