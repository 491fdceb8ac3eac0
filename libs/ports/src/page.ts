import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator'
import type { PageRequest } from './view-store.js'

/** What every list takes; a list that takes more extends it. */
export class PageQuery {
  /** 50 where absent. */
  @IsOptional() @IsInt() @Min(1) @Max(500) readonly limit?: number
  /** The `next` of the page before. */
  @IsOptional() @IsString() @MaxLength(500) readonly after?: string
}

/** The page a query asks for, without what else it says. */
export function pageOf({
  limit,
  after,
}: {
  readonly limit?: number | undefined
  readonly after?: string | undefined
}): PageRequest {
  return { ...(limit !== undefined && { limit }), ...(after !== undefined && { after }) }
}
