/** A request of our own: what is sent after Kafka's request header, and how the answer is read. */
export interface WireRequest<Answer> {
  readonly apiKey: number
  readonly apiVersion: number
  readonly apiName: string
  /** The body, in one or more pieces. */
  readonly body: readonly Buffer[]
  /** Milliseconds that the broker may take on purpose, besides the time that every answer has. */
  readonly patience?: number
  /** Gets the answer after the correlation id; it may keep views of it. */
  readonly decode: (payload: Buffer) => Answer
}

/** What every answer of a broker carries. */
export interface Throttled {
  /** Milliseconds that the broker asks us to wait before the next request (KIP-219). */
  readonly throttleTime: number
}
