import type { Delivery } from '../target/delivery.ts'

/** Records that wait to leave their old target, by its number, in order. */
export class WaitingRooms {
  readonly #rooms = new Map<number, Delivery[]>()

  /** The number of records. */
  get records(): number {
    let records = 0
    for (const room of this.#rooms.values()) for (const delivery of room) records += delivery.length
    return records
  }

  /** The targets that somebody waits to leave. */
  occupied(): number[] {
    return [...this.#rooms.keys()]
  }

  push(target: number, delivery: Delivery): void {
    const room = this.#rooms.get(target)
    if (room) room.push(delivery)
    else this.#rooms.set(target, [delivery])
  }

  /** Puts records before all that wait to leave the same target. */
  putBack(target: number, deliveries: readonly Delivery[]): void {
    if (deliveries.length > 0) this.#rooms.set(target, [...deliveries, ...(this.#rooms.get(target) ?? [])])
  }

  /** Empties one room. */
  take(target: number): Delivery[] {
    const room = this.#rooms.get(target) ?? []
    this.#rooms.delete(target)
    return room
  }

  clear(): void {
    this.#rooms.clear()
  }
}
