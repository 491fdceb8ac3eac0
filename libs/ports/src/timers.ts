/** Passing time as a port, so that tests and simulations decide when it passes. */
export abstract class Timers {
  /**
   * Runs `task` every `milliseconds`, never twice at once. What it throws is logged under `name` and does not stop the
   * next run. Tasks only look for what has become due and wish it, under command ids that make a second wish harmless.
   * Returns the way to stop.
   */
  abstract every(name: string, milliseconds: number, task: () => Promise<void>): () => void

  abstract sleep(milliseconds: number): Promise<void>
}
