/** The best of all assignments: the least sum of squares, and then the fewest moves. */
export interface Best {
  readonly squares: number
  readonly moves: number
}

/** Tries every assignment of a few partitions. */
export function exhaustive(
  members: readonly { readonly topics: readonly string[] }[],
  topicOf: readonly string[],
  live: readonly number[],
): Best {
  let best: Best = { squares: Infinity, moves: Infinity }
  const owners: number[] = []
  const counts = members.map(() => 0)
  const visit = (): void => {
    if (owners.length === topicOf.length) {
      const squares = counts.reduce((sum, count) => sum + count * count, 0)
      if (squares > best.squares) return
      const moves = movesOf(owners, live)
      if (squares < best.squares || moves < best.moves) best = { squares, moves }
      return
    }
    const topic = topicOf[owners.length]!
    const takers = members.flatMap(({ topics }, i) => (topics.includes(topic) ? [i] : []))
    for (const member of takers.length === 0 ? [-1] : takers) {
      owners.push(member)
      if (member >= 0) counts[member]!++
      visit()
      if (member >= 0) counts[member]!--
      owners.pop()
    }
  }
  visit()
  return best
}

/** How many partitions have another owner than before. */
export function movesOf(owners: ArrayLike<number>, live: readonly number[]): number {
  return live.filter((owner, i) => owners[i] !== owner).length
}
