import { z } from 'zod'
import { interval } from '../../config/schema/scalars.ts'
import { lineFormat, type LineFormat } from '../lines/options.ts'

/** Where the sink `http` sends. */
export interface HttpSinkOptions {
  /** `http:` or `https:`. */
  readonly url: string
  readonly method: 'POST' | 'PUT' | 'PATCH'
  readonly headers: Readonly<Record<string, string>>
  readonly format?: LineFormat | undefined
  /** `ndjson` (default): a line for each record; `json`: one array. */
  readonly body: 'ndjson' | 'json'
  /**
   * The most records in one request; 500 by default. A request that is refused with 400, 413 or 422 is sent again in halves, so that
   * only what cannot pass even alone counts as refused. Another refusal counts for all records of the request.
   */
  readonly batchSize: number
  /** The longest that one answer may take, in milliseconds; 5 s by default. `worker.writeTimeout` bounds it too. */
  readonly timeout: number
  /** Statuses after which the same request may pass later; by default 408, 425, 429, 500, 502, 503 and 504. */
  readonly retryStatuses: readonly number[]
}

const url = z.string().refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
  error: 'expected a URL that begins with http:// or https://',
})

export const httpSinkSchema: z.ZodType<HttpSinkOptions> = z.strictObject({
  url,
  method: z.enum(['POST', 'PUT', 'PATCH']).default('POST'),
  headers: z.record(z.string(), z.string()).default({}),
  format: lineFormat,
  body: z.enum(['ndjson', 'json']).default('ndjson'),
  batchSize: z.int().min(1).max(100_000).default(500),
  timeout: interval.default(5000),
  retryStatuses: z.array(z.int().min(300).max(599)).default([408, 425, 429, 500, 502, 503, 504]),
})
