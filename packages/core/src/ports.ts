/** Reads time. Algorithms and protocols never call `Date` or `performance` themselves. */
export interface Clock {
  /** Milliseconds since a fixed moment; never set back. For durations and deadlines. */
  monotonic: () => number
  /** Milliseconds since the epoch; may jump. For what people read. */
  wall: () => number
}

/** Starts timers. */
export interface Timers {
  /** Calls `fire` once after `delay` milliseconds. The returned function cancels that. */
  set: (delay: number, fire: () => void) => () => void
}

/** A source of randomness. */
export interface Random {
  /** A number from 0 up to but not including 1. */
  next: () => number
  /** A version 4 UUID in lower case. */
  uuid: () => string
}

/** Where a package writes what an operator should know. `fields` never carry secrets. */
export interface Logger {
  debug: (message: string, fields?: Readonly<Record<string, unknown>>) => void
  info: (message: string, fields?: Readonly<Record<string, unknown>>) => void
  warn: (message: string, fields?: Readonly<Record<string, unknown>>) => void
  error: (message: string, fields?: Readonly<Record<string, unknown>>) => void
}

/** Everything that the outside world gives to an algorithm; tests give fakes. */
export interface Ports {
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly logger: Logger
}

/** A logger that drops everything: the default of every package. */
export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/**
 * The real clock, timers and randomness, and a silent logger.
 *
 * @param overrides - ports to use instead of the real ones.
 */
export function systemPorts(overrides: Partial<Ports> = {}): Ports {
  return {
    clock: { monotonic: () => performance.now(), wall: () => Date.now() },
    timers: { set: setTimer },
    random: { next: Math.random, uuid: () => crypto.randomUUID() },
    logger: silentLogger,
    ...overrides,
  }
}

/** Milliseconds; a timer with a longer delay would fire at once. */
const longestDelay = 0x7fff_ffff

function setTimer(delay: number, fire: () => void): () => void {
  // A deadline that has just passed is no mistake, and Node would warn of it.
  const part = Math.min(Math.max(0, delay), longestDelay)
  let cancel = (): void => clearTimeout(timer)
  const timer = setTimeout(() => {
    if (delay > longestDelay) cancel = setTimer(delay - longestDelay, fire)
    else fire()
  }, part)
  return () => cancel()
}
