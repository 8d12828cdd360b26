import { defineErrors, describeNames, describeValue, type DefinedErrors } from '@ringkeeper/core'

const table = {
  BAD_KEY: (data: { key: unknown; expected: string }): string =>
    `${describeValue(data.key)} cannot be hashed; give ${data.expected}`,
  BAD_NODE: (data: { node: unknown }): string =>
    `${describeValue(data.node)} is no node; give a non-empty string or an object with a non-empty string as its id`,
  BAD_WEIGHT: (data: { node: string; weight: unknown }): string =>
    `node "${data.node}" has weight ${describeValue(data.weight)}; give a finite number of 0 or more as its weight (0 drains it)`,
  DUPLICATE_NODE: (data: { node: string }): string =>
    `node "${data.node}" is given twice; give each id once, and a larger weight to a node that should get more`,
  UNKNOWN_NODE: (data: { node: string; known: readonly string[] }): string =>
    `there is no node "${data.node}"; the nodes are ${describeNames(data.known)}`,
  BAD_OPTION: (data: { option: string; value: unknown; expected: string }): string =>
    `option ${data.option} is ${describeValue(data.value)}; give ${data.expected}`,
  TOO_MANY_POINTS: (data: { points: number; maxPoints: number }): string =>
    `the ring would have ${data.points} points, more than ${data.maxPoints}; lower pointsPerWeight or the weights, or raise maxPoints (a point takes 7 to 10 bytes)`,
  TOO_MANY_NODES: (data: { nodes: number; points: number; maxPoints: number; bytes: number }): string =>
    `a ring of ${data.nodes} nodes with ${data.points} points takes more than ${data.bytes} bytes, which maxPoints, ${data.maxPoints}, allows, as so many nodes with few points each lie far apart in memory; take fewer nodes or raise maxPoints`,
  BAD_SNAPSHOT: (data: { reason: string }): string =>
    `the snapshot cannot be read: ${data.reason}; give what toJSON or toShared of the same class made`,
  NO_SHARED_MEMORY: (_data: object): string =>
    'there is no SharedArrayBuffer here; in a browser let the page be cross-origin isolated, or use toJSON',
  STALE_PLAN: (data: { planned: number; actual: number }): string =>
    `the plan was made for version ${data.planned} of another state of the table, which has version ${data.actual}; plan again`,
  WIDE_POSITIONS: (data: { placement: string }): string =>
    `placement "${data.placement}" has positions of 64 bits, which hashOf, indexOfHash, ranges and diff cannot express; use get and getN, or another placement`,
  DIFFERENT_HASH: (data: { left: string; right: string }): string =>
    `the two rings hash keys differently (${data.left} and ${data.right}); give both the same placement and seed`,
}

/** Every error of this package, by its code without the prefix `RK_HASHING_`. */
export const hashingErrors: DefinedErrors<'RK_HASHING_', typeof table> = /* @__PURE__ */ defineErrors(
  'RK_HASHING_',
  table,
)
