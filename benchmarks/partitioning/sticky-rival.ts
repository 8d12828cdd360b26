import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { classPath, kafkaVersion, requireJava } from '@ringkeeper-tools/cluster'

/** What Kafka's assignor took for one round. */
export interface StickyTimes {
  readonly fullMs: number
  readonly joinMs: number
  /** How many partitions the new member got. */
  readonly moved: number
}

/** Kafka's StickyAssignor in a Java process of its own, which stays warm between rounds. */
export class StickyRival implements AsyncDisposable {
  readonly version = kafkaVersion
  readonly #child: ReturnType<typeof spawn>
  readonly #lines: AsyncIterator<string>
  readonly #reader: Interface

  private constructor(child: ReturnType<typeof spawn>) {
    this.#child = child
    this.#reader = createInterface({ input: child.stdout! })
    this.#lines = this.#reader[Symbol.asyncIterator]()
  }

  /** @throws where there is no Java, or no Maven to get Kafka's jars with */
  static async start(): Promise<StickyRival> {
    const java = await requireJava()
    const jars = await classPath('kafka', kafkaVersion)
    const source = join(import.meta.dirname, 'StickyRival.java')
    const child = spawn(java, ['-Xmx2g', '-XX:+UseSerialGC', '-cp', jars, source], {
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    return new StickyRival(child)
  }

  async run(partitions: number, topics: number, members: number): Promise<StickyTimes> {
    this.#child.stdin!.write(`${partitions} ${topics} ${members}\n`)
    const { value, done } = await this.#lines.next()
    if (done === true) throw new Error("Kafka's assignor ended without an answer")
    const [full, join, moved] = value.split(' ').map(Number)
    return { fullMs: full! / 1e6, joinMs: join! / 1e6, moved: moved! }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#reader.close()
    this.#child.stdin!.end()
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit')
  }
}
