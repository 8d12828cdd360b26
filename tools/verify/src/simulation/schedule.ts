import { shardKey, type Shard } from '@ringkeeper/core'
import { faultNames, faults, type Fault, type FaultName } from './faults.ts'
import type { SimulatedRecord } from './records.ts'
import type { Simulation } from './simulation.ts'
import { times } from './times.ts'

/** What happens in a simulation, and when: records that come, and faults that strike. */
export class Schedule {
  readonly #simulation: Simulation
  /** How often each fault has struck. */
  readonly struck: Partial<Record<FaultName, number>> = {}

  constructor(simulation: Simulation) {
    this.#simulation = simulation
  }

  /** Makes what was there before the first worker came, and draws what will come. */
  begin(): void {
    const { dice, settings, later } = this.#simulation
    for (let count = settings.shards; count > 0; count -= 1) this.addShard(dice.between(0, 30))
    for (const shard of this.#simulation.kafka.shards.value) this.#makePast(shard)
    for (let count = settings.workers; count > 0; count -= 1) {
      later(dice.between(0, 500), () => this.#simulation.start())
    }
    for (let count = dice.between(3, 9); count > 0; count -= 1) {
      const name = dice.pick(faultNames)
      later(dice.between(800, times.trouble), () => {
        if (dice.chance(0.5)) this.#strike(name)
        else later(this.#beBusy(), () => this.#strike(name))
      })
    }
  }

  /** A new shard that has some records, and will get more. */
  addShard(count: number): Shard {
    const { kafka, dice, clock, later } = this.#simulation
    const shard = kafka.addShard()
    kafka.append(shard, this.#records(shard, count))
    const left = times.trouble + times.longestFault - clock.monotonic()
    for (let at = 0; at < left; at += dice.between(200, 2500)) {
      const records = this.#records(shard, dice.between(1, 25))
      later(at, () => kafka.append(shard, records))
    }
    return shard
  }

  /** Some more records. */
  pour(shard: Shard): void {
    this.#simulation.kafka.append(shard, this.#records(shard, this.#simulation.dice.between(2, 12)))
  }

  #makePast(shard: Shard): void {
    const { kafka, dice, settings } = this.#simulation
    if (settings.past === 'nothing') return
    const position = dice.between(0, kafka.log(shard).length + 1)
    const mark = { ringkeeper: 1, token: '1000000000000', node: 'former' }
    const metadata = settings.past === 'forgotten' ? JSON.stringify(mark) : ''
    kafka.committed.set(shardKey(shard), { position, metadata })
  }

  /** Begins a fault and ends it after some time. One that finds nobody becomes a worker that joins. */
  #strike(name: FaultName): void {
    const { dice, verdict, later } = this.#simulation
    const isLong = dice.chance(0.5)
    const half = times.sessionTimeout / 2
    const duration = isLong ? dice.between(half, times.longestFault) : dice.between(20, half)
    const fault: Fault = faults[name]
    verdict.trace(() => `*** ${name}, for ${duration}`)
    const end = fault(this.#simulation, duration)
    if (end === false) return this.#strike('worker joins')
    this.struck[name] = (this.struck[name] ?? 0) + 1
    if (end === true) return
    later(duration, () => {
      verdict.trace(() => `*** end of ${name}`)
      end()
    })
  }

  /** Lets records come and makes the sinks difficult for a moment; gives back when to strike. */
  #beBusy(): number {
    const { dice, trouble, dead, kafka, later } = this.#simulation
    for (const shard of kafka.shards.value) this.pour(shard)
    const target = dice.pick(['north', 'south', 'west'])
    const kinds: readonly (readonly [begin: () => void, end: () => void])[] = [
      [() => (trouble.isSlow = true), () => (trouble.isSlow = false)],
      [() => (trouble.hangs = 0.5), () => (trouble.hangs = 0)],
      [() => (trouble.refuses = 0.3), () => (trouble.refuses = 0)],
      [() => trouble.down.add(target), () => dead.has(target) || trouble.down.delete(target)],
    ]
    const [begin, end] = dice.chance(0.5) ? kinds[0]! : dice.pick(kinds)
    begin()
    later(dice.between(100, 400), end)
    return dice.between(5, 150)
  }

  #records({ partition }: Shard, count: number): SimulatedRecord[] {
    const { dice } = this.#simulation
    return Array.from({ length: count }, () => ({
      key: dice.chance(0.1) ? '' : `p${partition}k${dice.between(0, 6)}`,
      customer: `c${dice.between(0, 8)}`,
      isPoison: dice.chance(0.02),
    }))
  }
}
