const SLOT = 'throughline.desk.sound'

/** Off until somebody turns it on. */
export function isSoundOn(): boolean {
  try {
    return localStorage.getItem(SLOT) === 'on'
  } catch {
    return false
  }
}

export function setSound(on: boolean): void {
  try {
    if (on) localStorage.setItem(SLOT, 'on')
    else localStorage.removeItem(SLOT)
  } catch {
    // Then it stays off.
  }
  if (on) playOffer()
}

/** Two short notes, once. */
export function playOffer(): void {
  try {
    const context = new AudioContext()
    const end = context.currentTime + 0.4
    for (const [at, frequency] of [
      [0, 660],
      [0.16, 880],
    ] as const) {
      const note = context.createOscillator()
      const loud = context.createGain()
      note.frequency.value = frequency
      loud.gain.setValueAtTime(0.08, context.currentTime + at)
      loud.gain.exponentialRampToValueAtTime(0.001, context.currentTime + at + 0.2)
      note.connect(loud).connect(context.destination)
      note.start(context.currentTime + at)
      note.stop(end)
    }
    setTimeout(() => void context.close(), 600)
  } catch {
    // A browser without sound shows the offer all the same.
  }
}
