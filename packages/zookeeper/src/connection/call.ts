import { coordinatorErrors, type RingkeeperError } from '@ringkeeper/core'
import { describe, type Request } from '../protocol/request.ts'

/** A request with whoever waits for its reply. */
export interface Call<Result> {
  readonly request: Request<Result>
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
  /** Called before the result is passed on and before any later message of the server is looked at. */
  readonly onReply?: ((result: Result) => void) | undefined
  /** A call whose caller has gone is not sent. */
  readonly signal?: AbortSignal | undefined
}

/** Any call: the connection passes on what the call's own request made of the reply. */
// oxlint-disable-next-line typescript/no-explicit-any -- variance: a queue holds calls of all result types
export type AnyCall = Call<any>

/** The error of a call that has no reply. */
export function connectionLoss(
  request: Pick<Request<unknown>, 'name' | 'path'>,
  outcome: 'unknown' | 'not-sent',
  cause?: unknown,
): RingkeeperError {
  return coordinatorErrors.CONNECTION_LOSS({ operation: describe(request), outcome }, cause ? { cause } : {})
}
