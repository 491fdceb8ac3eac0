import type { Lane, Stage, Stop } from './stops'

/** A stop as it is drawn, in px from the left end of the drawing. */
export interface Drawn {
  readonly x: number
  readonly lane: Lane
  readonly label: string
  /** Rows away from the line: 0 touches it, further ones have a leader line. */
  readonly row: number
  readonly labelWidth: number
  /** Centre of the label: kept inside the drawing. */
  readonly labelX: number
  /** Milliseconds of silence before it, when longer than a day. */
  readonly silence: number | undefined
}

export interface DrawnStage {
  readonly stage: Stage
  readonly from: number
  readonly until: number
  /** Index of its first and last stop. */
  readonly first: number
  readonly last: number
}

export interface Weave {
  readonly width: number
  readonly stops: readonly Drawn[]
  readonly stages: readonly DrawnStage[]
  /** Rows of labels in use. */
  readonly above: number
  readonly below: number
}

export interface WeaveOptions {
  readonly label: (stop: Stop) => string
  readonly stageLabel: (stage: Stage) => string
  /** Width of a text in px. */
  readonly measure: (text: string) => number
  /** At least so wide; what there is beyond that is shared out. */
  readonly width: number
  /** Room for the names of the lanes. */
  readonly start: number
}

export const SILENCE = 86_400_000
const ROWS = 3
const STEP = 34
const SILENT_STEP = 92
const BETWEEN = 12
const END = 28
/** Between a leader line and the label beside it. */
const LEADER = 5
const STAGE_GAP = 6

/** Where everything stands so that no label covers another one: what does not fit moves right, and the drawing scrolls. */
export function layOut(stops: readonly Stop[], options: WeaveOptions): Weave {
  const natural = place(stops, options, 1)
  const missing = options.width - natural.width
  if (missing <= 0 || stops.length < 2) return { ...natural, width: Math.max(natural.width, options.width) }
  // Steps grow until the width is used; labels then need no more rows than before.
  const steps = stops.length - 1
  const spread = place(stops, options, 1 + missing / (steps * STEP))
  return spread.width <= options.width
    ? { ...spread, width: options.width }
    : { ...shrunkTo(stops, options), width: options.width }
}

function shrunkTo(stops: readonly Stop[], options: WeaveOptions): Weave {
  let [low, high] = [1, 1 + (options.width / STEP) * 2]
  let best = place(stops, options, 1)
  for (let round = 0; round < 12; round++) {
    const middle = (low + high) / 2
    const tried = place(stops, options, middle)
    if (tried.width <= options.width) [low, best] = [middle, tried]
    else high = middle
  }
  return best
}

function place(
  stops: readonly Stop[],
  { label, stageLabel, measure, start }: WeaveOptions,
  stretch: number,
): Weave {
  // Where each row of labels is free again; above and below the line are apart.
  const free = { above: new Array<number>(ROWS).fill(0), below: new Array<number>(ROWS).fill(0) }
  const drawn: Drawn[] = []
  const stages: {
    stage: Stage
    from: number
    first: number
    last: number
    journeyId: string
    until: number
  }[] = []
  const used = { above: 1, below: 1 }
  let x = start
  for (const [index, stop] of stops.entries()) {
    const before = stops[index - 1]
    const pause = before === undefined ? 0 : Date.parse(stop.at) - Date.parse(before.at)
    const silence = pause > SILENCE ? pause : undefined
    if (before !== undefined)
      x += silence === undefined ? STEP * stretch : Math.max(SILENT_STEP, STEP * stretch)
    const text = label(stop)
    const labelWidth = Math.ceil(measure(text))
    const half = labelWidth / 2
    const side = stop.lane === 'customer' ? 'above' : 'below'
    const rows = free[side]
    const current = stages.at(-1)
    const opens = current?.stage !== stop.stage || current.journeyId !== stop.journeyId
    if (opens && current !== undefined) {
      x = Math.max(x, current.from + measure(stageLabel(current.stage)) + BETWEEN * 2 + STAGE_GAP)
    }
    const centre = (): number => Math.max(x, start - 12 + half)
    let row = rowFor(rows, x, centre() - half)
    while (row === -1) {
      x += 6
      row = rowFor(rows, x, centre() - half)
    }
    const labelX = centre()
    rows[row] = labelX + half + BETWEEN
    // The leader line of a further row stands at x: nearer rows begin again right of it.
    for (let nearer = 0; nearer < row; nearer++) rows[nearer] = Math.max(rows[nearer] ?? 0, x + LEADER)
    used[side] = Math.max(used[side], row + 1)
    drawn.push({ x, lane: stop.lane, label: text, row, labelWidth, labelX, silence })
    if (opens) {
      stages.push({
        stage: stop.stage,
        journeyId: stop.journeyId,
        from: x,
        until: x,
        first: index,
        last: index,
      })
    } else {
      current.until = x
      current.last = index
    }
  }
  const last = stages.at(-1)
  const labelsEnd = Math.max(x, ...drawn.map(({ labelX, labelWidth }) => labelX + labelWidth / 2))
  const stageEnd = last === undefined ? x : last.from + measure(stageLabel(last.stage)) + BETWEEN
  const width = Math.max(labelsEnd, stageEnd) + END
  return {
    width,
    stops: drawn,
    stages: stages.map(({ stage, from, first, last: until }, index) => ({
      stage,
      first,
      last: until,
      from: from - 14,
      until:
        (stages[index + 1]?.from ?? Math.max(stageEnd, x + 28)) -
        14 -
        (index + 1 < stages.length ? STAGE_GAP : 0),
    })),
    above: used.above,
    below: used.below,
  }
}

/** The nearest row in which the label has room and its leader line crosses no label; -1 for none. */
function rowFor(rows: readonly number[], x: number, left: number): number {
  return rows.findIndex(
    (free, row) => left >= free && rows.slice(0, row).every((nearer) => nearer - BETWEEN <= x - LEADER),
  )
}

const CURVE = 15

/** The line from one stop to the next, as SVG path data. */
export function curve(from: Point, to: Point): string {
  if (from.y === to.y) return `M${at(from)}H${num(to.x)}`
  const middle = (from.x + to.x) / 2
  const half = Math.min(CURVE, (to.x - from.x) / 2)
  const [begin, end] = [middle - half, middle + half]
  return `M${at(from)}H${num(begin)}C${num(middle)} ${num(from.y)} ${num(middle)} ${num(to.y)} ${num(end)} ${num(to.y)}H${num(to.x)}`
}

/** With a hole in the middle for the length of the silence. */
export function cutCurve(from: Point, to: Point, hole: number): readonly [string, string] {
  const middle = (from.x + to.x) / 2
  return [
    `M${at(from)}H${num(Math.max(from.x, middle - hole / 2))}`,
    `M${num(Math.min(to.x, middle + hole / 2))} ${num(to.y)}H${num(to.x)}`,
  ]
}

export interface Point {
  readonly x: number
  readonly y: number
}

function at({ x, y }: Point): string {
  return `${num(x)} ${num(y)}`
}

function num(value: number): string {
  return String(Math.round(value * 10) / 10)
}

/** The stop nearest to a place of the drawing. */
export function nearest(stops: readonly { readonly x: number }[], x: number): number {
  let best = 0
  for (const [index, stop] of stops.entries()) {
    if (Math.abs(stop.x - x) < Math.abs((stops[best]?.x ?? 0) - x)) best = index
  }
  return best
}
