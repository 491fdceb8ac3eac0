/**
 * What a command answers: the resource, and in headers what it changed. The platform's interceptor writes `ETag` (the
 * version), `Throughline-Position` (to be sent back as `Min-Position`), `Idempotency-Replayed` and, for something new,
 * 201 with `Location`.
 */
export class Answer<Body> {
  constructor(
    readonly body: Body,
    readonly told: { readonly version: number; readonly position: number; readonly outcome: string },
    /** Path of what was made, for 201; absent for a change. */
    readonly location?: string,
  ) {}
}

/** The answer to a command that made something, found under `location`. */
export function created<Body>(
  told: { readonly version: number; readonly position: number; readonly outcome: string },
  location: string,
  body: Body,
): Answer<Body> {
  return new Answer(body, told, location)
}

/** The answer to a command that changed something. */
export function changed<Body>(
  told: { readonly version: number; readonly position: number; readonly outcome: string },
  body: Body,
): Answer<Body> {
  return new Answer(body, told)
}
