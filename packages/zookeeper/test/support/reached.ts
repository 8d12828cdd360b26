/** Waits until a state is reached. */
export async function reached<State extends string>(states: AsyncIterable<State>, wanted: State): Promise<void> {
  for await (const state of states) if (state === wanted) return
  throw new Error(`the states ended without ${wanted}`)
}
