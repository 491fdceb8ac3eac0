/** A test that is one step of a story. When it goes wrong, the stage it is played on says what may explain it. */
export function stepsOn(stage: () => { explain?(): void }): (name: string, test: () => unknown) => void {
  return (name, test) => {
    it(name, async () => {
      try {
        await test()
      } catch (error) {
        stage().explain?.()
        throw error
      }
    })
  }
}
