import type { z } from 'zod'

/** A setting that is missing or makes no sense; the message names it. */
export class WrongSetting extends Error {
  override readonly name = 'WrongSetting'
}

export function wrong(error: z.ZodError): WrongSetting {
  return new WrongSetting(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
}

/** Words of a list that commas divide. */
export function words(text: string): readonly string[] {
  return text.split(',').flatMap((word) => (word.trim() === '' ? [] : [word.trim()]))
}
