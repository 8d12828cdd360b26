/** What has to be undone, in reverse order. (`AsyncDisposableStack` is missing on Node 20.) */
export class Cleanup implements AsyncDisposable {
  #steps: (() => unknown)[] = []

  /** Takes over something that has to be disposed of. */
  use<Resource extends AsyncDisposable>(resource: Resource): Resource {
    this.#steps.push(() => resource[Symbol.asyncDispose]())
    return resource
  }

  /** Hands everything over to somebody else: nothing is left to undo here. */
  move(): Cleanup {
    const moved = new Cleanup()
    moved.#steps = this.#steps
    this.#steps = []
    return moved
  }

  /** Undoes all, whatever fails; then throws the first failure. */
  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = []
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        await step()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }
}
