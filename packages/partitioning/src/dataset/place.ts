import type { Router } from '@ringkeeper/core'
import { checkCount, checkInteger, MAX_COUNT } from '../check.ts'
import { partitioningErrors } from '../errors.ts'

/**
 * The nodes of each partition, the first one in charge: by a ring or any other router, so that few partitions move when
 * nodes come and go. Balanced only as well as the router is; where partitions should be shared out exactly evenly, use
 * an assignor.
 *
 * @param copies - how many nodes each partition has, 1 by default; fewer where there are not that many
 * @example
 * ```ts
 * placePartitions(64, new HashRing(['a', 'b', 'c']), 2)[0] // such as ['b', 'a']
 * ```
 */
export function placePartitions<N>(numPartitions: number, router: Router<N>, copies = 1): N[][] {
  checkInteger('copies', copies, 1, MAX_COUNT)
  if (typeof (router as Partial<Router<N>> | undefined)?.getN !== 'function') {
    throw partitioningErrors.BAD_OPTION({ option: 'router', value: router, expected: 'a HashRing or another router' })
  }
  return Array.from({ length: checkCount(numPartitions) }, (_, partition) => router.getN(partition, copies))
}
