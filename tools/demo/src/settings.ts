/** How large the demo is. */
export interface DemoSettings {
  readonly records: number
  readonly keys: number
  readonly shards: number
  /** Records per second. */
  readonly rate: number
  /** Milliseconds after which a silent worker counts as dead. */
  readonly sessionTimeout: number
  /** Milliseconds; sessions end at multiples of it. */
  readonly tickTime: number
}

export const defaultSettings: DemoSettings = {
  records: 150_000,
  keys: 5000,
  shards: 12,
  rate: 20_000,
  sessionTimeout: 3000,
  tickTime: 100,
}
