/** Something that happened: a wire name such as `throughline.CaseOpened.v1` and plain data. */
export interface DomainEvent<Type extends string = string, Data = unknown> {
  readonly type: Type
  readonly data: Data
}

/** The fold of one kind of stream: where it starts and what each event makes of it. */
export interface Stream<State, Event extends DomainEvent> {
  /** First part of every stream's name, the noun of the stream: `case`, `journey`. */
  readonly name: string
  readonly initial: State
  /** Total and pure: copies from the event, never looks at a clock and never refuses. */
  readonly evolve: (state: State, event: Event) => State
}

/**
 * A wish applied to a state: the events that make it fact, none when it already is fact.
 * Throws {@link Refused} when the wish makes no sense in this state.
 */
export type Decision<State, Event extends DomainEvent> = (state: State) => readonly Event[]

export function fold<State, Event extends DomainEvent>(
  stream: Stream<State, Event>,
  events: Iterable<Event>,
  from: State = stream.initial,
): State {
  let state = from
  for (const event of events) state = stream.evolve(state, event)
  return state
}
