import type { PipelineStatus } from '@ringkeeper/streaming'
import type { Redactor } from '../config/redactor.ts'
import { liveness, readiness, type Health } from './health.ts'
import { toJson } from './json.ts'
import type { Metrics } from './metrics.ts'
import type { Page, PageMaker } from './status-server.ts'

/** What the pages show. */
export interface PageSources {
  /** `undefined` until the worker is in the fleet. */
  readonly status: () => PipelineStatus | undefined
  readonly metrics: Metrics
  readonly address: () => string
  readonly redactor: Redactor
}

/** `/live`, `/ready`, `/metrics` and `/status`. */
export function statusPages({ status, metrics, address, redactor }: PageSources): Map<string, PageMaker> {
  const json = (code: number, value: unknown): Page => ({
    status: code,
    type: 'application/json',
    body: redactor.text(`${toJson(value)}\n`),
  })
  const check = (health: Health): Page => json(health.ok ? 200 : 503, health)
  // A worker that waits for its coordinator is alive, and not ready.
  const starting: Health = { ok: false, problems: ['the worker has not joined the fleet yet'] }
  return new Map<string, PageMaker>([
    ['/live', () => check(withStatus(status, liveness, { ok: true, problems: [] }))],
    ['/ready', () => check(withStatus(status, readiness, starting))],
    ['/metrics', async () => ({ status: 200, type: metrics.contentType, body: await metrics.text() })],
    ['/status', () => json(200, { address: address(), ...(status() ?? { state: 'starting' }) })],
  ])
}

function withStatus(
  status: () => PipelineStatus | undefined,
  check: (status: PipelineStatus) => Health,
  otherwise: Health,
): Health {
  const current = status()
  return current ? check(current) : otherwise
}
