/** How a feed is written. */
export interface Form {
  readonly contentType: string
  /** Whether it goes on with what happens where the reader does not say. */
  readonly follows: boolean
  readonly opening: string
  line(position: number, line: object): string
  /** Everything up to here was looked at. */
  through(position: number): string
  heartbeat(position: number): string
  /** The last of an answer that comes to its end: one without it was cut. */
  end(position: number, more: boolean): string
}

const json = (value: object): string => `${JSON.stringify(value)}\n`
// Without a name, so that a plain `onmessage` hears the events; how far it looked has one and moves the id on.
const mark = (data: { readonly through: number }): string =>
  `id: ${String(data.through)}\nevent: through\ndata: ${json(data)}\n`

export const FORMS: { readonly lines: Form; readonly events: Form } = {
  lines: {
    contentType: 'application/x-ndjson; charset=utf-8',
    follows: false,
    opening: '',
    line: (_, line) => json(line),
    through: (through) => json({ through }),
    heartbeat: (through) => json({ through }),
    end: (through, more) => json({ through, more }),
  },
  events: {
    contentType: 'text/event-stream',
    follows: true,
    opening: 'retry: 500\n\n',
    line: (position, line) => `id: ${String(position)}\ndata: ${json(line)}\n`,
    through: (through) => mark({ through }),
    heartbeat: (through) => mark({ through }),
    end: (through, more) => mark(Object.assign({ through }, { more })),
  },
}
