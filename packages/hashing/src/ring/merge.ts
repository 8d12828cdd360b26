import { allocatePoints, finishPoints, type Points } from './points.ts'

/** In a map from old owners to new ones: the old owner's points go. */
export const GONE = -1

/** Points to be added: ordered by position, then by owner. */
export interface Additions {
  readonly positions: Uint32Array
  readonly owners: Uint32Array
}

/**
 * Takes points out of a ring and puts others in, in one pass and without sorting.
 *
 * @param renamed - for each old owner its new index, or {@link GONE}; growing, so that order is kept
 * @param kept - how many of the old points stay
 * @param nodes - how many nodes there are afterwards
 */
export function mergePoints(old: Points, renamed: Int32Array, kept: number, added: Additions, nodes: number): Points {
  const points = allocatePoints({ count: kept + added.positions.length, nodes })
  const { positions, owners } = points
  let from = 0
  let to = 0
  for (let i = 0; i < added.positions.length; i++) {
    const position = added.positions[i]!
    const owner = added.owners[i]!
    for (; from < old.count && old.positions[from]! <= position; from++) {
      const mover = renamed[old.owners[from]!]!
      if (mover === GONE) continue
      if (old.positions[from]! === position && mover > owner) break
      positions[to] = old.positions[from]!
      owners[to++] = mover
    }
    positions[to] = position
    owners[to++] = owner
  }
  for (; from < old.count; from++) {
    const mover = renamed[old.owners[from]!]!
    if (mover === GONE) continue
    positions[to] = old.positions[from]!
    owners[to++] = mover
  }
  return finishPoints(points)
}

/** Orders the points of new nodes by position, then by owner. */
export function sortedAdditions(positions: Uint32Array, owners: Uint32Array): Additions {
  // Both fit in a double: 32 bits of position above 20 bits of owner.
  const keys = Float64Array.from(positions, (position, i) => position * 0x10_0000 + owners[i]!).sort()
  return {
    positions: Uint32Array.from(keys, (key) => Math.floor(key / 0x10_0000)),
    owners: Uint32Array.from(keys, (key) => key % 0x10_0000),
  }
}
