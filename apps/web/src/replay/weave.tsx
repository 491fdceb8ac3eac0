import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { PointerEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../words/format'
import type { Lane, Stage, Stop } from './stops'
import { curve, cutCurve, layOut, nearest } from './weave-layout'
import type { Drawn, Point, Weave as Layout } from './weave-layout'
import styles from './weave.module.css'

export interface WeaveProps {
  readonly stops: readonly Stop[]
  readonly index: number
  readonly onIndex: (index: number) => void
  /** A few words for each stop. */
  readonly label: (stop: Stop) => string
  readonly stageLabel: (stage: Stage) => string
  /** `Fri 20 Nov, 14:20:31, offered to Joel` */
  readonly value: string
  /** Names of the lanes, top to bottom. */
  readonly lanes: Readonly<Record<Lane, string>>
}

const ROW = 17
const LANE = 22
const FLAG = 32
const START = 26
/** Between a lane and the nearest row of labels. */
const NEAR = 14
const HOLE = 44
/** A stop nearer to the edge than this is brought further in. */
const EDGE = 90

/** A journey as one line that weaves between who did what; the slider of the time machine. */
export function Weave({ stops, index, onIndex, label, stageLabel, value, lanes }: WeaveProps) {
  const { t } = useTranslation('replay')
  const format = useFormat()
  const scroller = useRef<HTMLDivElement>(null)
  const slider = useRef<HTMLDivElement>(null)
  const room = useWidth(scroller)
  const layout = useMemo(
    () => layOut(stops, { label, stageLabel, measure: widthOf, width: room, start: START }),
    [stops, label, stageLabel, room],
  )
  const heights = useMemo(() => heightsOf(layout), [layout])
  const points = useMemo(
    () => layout.stops.map(({ x, lane }) => ({ x, y: heights.lane[lane] })),
    [layout, heights],
  )
  const here = layout.stops[index]
  const x = here?.x ?? START
  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null || element.scrollWidth <= element.clientWidth) return
    const left = x - element.scrollLeft
    if (left < EDGE || left > element.clientWidth - EDGE) element.scrollLeft = x - element.clientWidth / 2
  }, [x, layout.width])
  const choose = ({ clientX }: PointerEvent): void => {
    const box = slider.current?.getBoundingClientRect()
    if (box === undefined) return
    const found = nearest(layout.stops, clientX - box.left)
    if (found !== index) onIndex(found)
  }
  const flagHalf = Math.min(widthOf(value, 600) / 2 + 12, layout.width / 2)
  const flagX = Math.min(Math.max(x, flagHalf + 2), layout.width - flagHalf - 2)
  return (
    <div className={styles.weave}>
      <div className={styles.lanes} style={{ blockSize: heights.whole }} aria-hidden="true">
        {(['customer', 'articles', 'us'] as const).map((lane) => (
          <span key={lane} style={{ insetBlockStart: heights.lane[lane] - 9 }}>
            {lanes[lane]}
          </span>
        ))}
      </div>
      <div ref={scroller} className={styles.scroller}>
        <div
          ref={slider}
          className={styles.slider}
          style={{ inlineSize: layout.width, blockSize: heights.whole }}
          role="slider"
          tabIndex={0}
          aria-label={t('slider.label')}
          aria-orientation="horizontal"
          aria-valuemin={1}
          aria-valuemax={stops.length}
          aria-valuenow={index + 1}
          aria-valuetext={value}
          onPointerDown={(event) => {
            // A finger on the line scrolls it; a press or the handle chooses.
            if (event.button !== 0 || event.pointerType === 'touch') return
            event.currentTarget.setPointerCapture(event.pointerId)
            choose(event)
          }}
          onPointerMove={(event) => {
            if (event.currentTarget.hasPointerCapture(event.pointerId)) choose(event)
          }}
          onPointerUp={(event) => {
            // A finger that scrolled has been cancelled before.
            if (event.pointerType === 'touch') choose(event)
          }}
        >
          <svg className={styles.drawing} width={layout.width} height={heights.whole} aria-hidden="true">
            {layout.stages.map((stage) => (
              <g key={stage.first} data-time={stage.first <= index ? 'past' : 'future'}>
                <rect
                  className={styles.stage}
                  x={stage.from}
                  y={heights.stages}
                  width={Math.max(0, stage.until - stage.from)}
                  height={3}
                />
                <text
                  className={styles.stageLabel}
                  x={(stage.from + stage.until) / 2}
                  y={heights.stages + 19}
                  textAnchor="middle"
                >
                  {stageLabel(stage.stage)}
                </text>
              </g>
            ))}
            {points.map((to, at) => {
              const from = points[at - 1]
              const stop = layout.stops[at]
              if (from === undefined || stop === undefined) return null
              return <Piece key={at} from={from} to={to} stop={stop} time={at <= index ? 'past' : 'future'} />
            })}
            {layout.stops.map(({ silence }, at) => {
              const from = points[at - 1]
              const to = points[at]
              if (silence === undefined || from === undefined || to === undefined) return null
              return (
                <text
                  key={at}
                  className={styles.silence}
                  x={(from.x + to.x) / 2}
                  y={(from.y + to.y) / 2 + 4}
                  textAnchor="middle"
                >
                  {format.duration(silence)}
                </text>
              )
            })}
            <line className={styles.now} x1={x} x2={x} y1={FLAG - 4} y2={heights.stages - 8} />
            {layout.stops.map((stop, at) => (
              <Mark
                key={at}
                stop={stop}
                y={points[at]?.y ?? 0}
                labelY={labelY(stop, heights)}
                time={at < index ? 'past' : at === index ? 'now' : 'future'}
              />
            ))}
          </svg>
          <span
            className={styles.handle}
            style={{ insetInlineStart: x, insetBlockStart: here === undefined ? 0 : heights.lane[here.lane] }}
            aria-hidden="true"
            onPointerDown={(event) => {
              event.currentTarget.setPointerCapture(event.pointerId)
            }}
            onPointerMove={(event) => {
              if (event.currentTarget.hasPointerCapture(event.pointerId)) choose(event)
            }}
          />
          <span
            className={styles.flag}
            style={{ insetInlineStart: flagX, maxInlineSize: layout.width - 4 }}
            aria-hidden="true"
          >
            {value}
          </span>
        </div>
      </div>
    </div>
  )
}

function Piece({
  from,
  to,
  stop,
  time,
}: {
  readonly from: Point
  readonly to: Point
  readonly stop: Drawn
  readonly time: 'past' | 'future'
}) {
  const pieces = stop.silence === undefined ? [curve(from, to)] : cutCurve(from, to, HOLE)
  return pieces.map((path) => <path key={path} className={styles.line} data-time={time} d={path} />)
}

function Mark({
  stop: { x, lane, label, row, labelX },
  y,
  labelY: textY,
  time,
}: {
  readonly stop: Drawn
  readonly y: number
  readonly labelY: number
  readonly time: 'past' | 'now' | 'future'
}) {
  const isAbove = lane === 'customer'
  const leads = row > 0 || lane === 'articles'
  return (
    <g data-time={time}>
      {leads && time !== 'now' && (
        <line
          className={styles.leader}
          x1={x}
          x2={x}
          y1={isAbove ? y - 9 : y + 9}
          y2={isAbove ? textY + 4 : textY - 12}
        />
      )}
      {/* Of the moment itself the flag tells. */}
      {time !== 'now' && (
        <text className={styles.label} x={labelX} y={textY} textAnchor="middle">
          {label}
        </text>
      )}
      {time === 'now' ? (
        <circle className={styles.ring} cx={x} cy={y} r={8} />
      ) : lane === 'customer' ? (
        <circle className={styles.mark} cx={x} cy={y} r={5} />
      ) : lane === 'articles' ? (
        <path className={styles.mark} d={`M${String(x)} ${String(y - 6)}l6 6-6 6-6-6Z`} />
      ) : (
        <rect className={styles.mark} x={x - 4.5} y={y - 4.5} width={9} height={9} rx={2.5} />
      )}
    </g>
  )
}

interface Heights {
  readonly lane: Readonly<Record<Lane, number>>
  readonly stages: number
  readonly whole: number
}

function heightsOf({ above, below }: Layout): Heights {
  const customer = FLAG + above * ROW + NEAR
  const us = customer + 2 * LANE
  const stages = us + NEAR + below * ROW + 12
  return { lane: { customer, articles: customer + LANE, us }, stages, whole: stages + 28 }
}

/** Baseline of a label. */
function labelY({ lane, row }: Drawn, { lane: lanes }: Heights): number {
  return lane === 'customer' ? lanes.customer - NEAR - row * ROW : lanes.us + NEAR + 10 + row * ROW
}

function useWidth(of: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(900)
  useEffect(() => {
    const element = of.current
    if (element === null) return undefined
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.floor(entry.contentRect.width))
    })
    observer.observe(element)
    return () => {
      observer.disconnect()
    }
  }, [of])
  return width
}

let brush: CanvasRenderingContext2D | null | undefined
/** The family may not be there yet when it is measured. */
const MARGIN = 1.06

/** Width of a text of the drawing, in px. */
function widthOf(text: string, weight = 400): number {
  brush ??= document.createElement('canvas').getContext('2d')
  if (brush === null) return text.length * 7
  brush.font = `${String(weight)} 13px 'Hanken Grotesk Variable', Arial, sans-serif`
  return brush.measureText(text).width * MARGIN
}
