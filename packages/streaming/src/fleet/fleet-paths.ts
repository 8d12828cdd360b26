import type { Shard } from '@ringkeeper/core'
import { streamingErrors } from '../errors.ts'

/** Where a pipeline's nodes are in the tree. Names that come from outside are encoded, so that each is one path segment. */
export interface FleetPaths {
  readonly base: string
  readonly config: string
  readonly members: string
  readonly election: string
  readonly plan: string
  readonly shards: string
  readonly control: string
  readonly member: (nodeId: string) => string
  readonly planChunk: (name: string) => string
  readonly topic: (topic: string) => string
  readonly shard: (shard: Shard) => string
  readonly owner: (shard: Shard) => string
  /** The shard of the node at `path`; `undefined` for any other node below {@link FleetPaths.shards}. */
  readonly shardAt: (path: string) => Shard | undefined
}

/** Makes the paths of a pipeline below `root`, such as `/ringkeeper`. */
export function fleetPaths(root: string, pipeline: string): FleetPaths {
  if (root !== '/' && (!root.startsWith('/') || root.endsWith('/'))) {
    throw streamingErrors.BAD_PATH({
      option: 'root',
      value: root,
      expected: 'a path that begins with / and does not end with it',
    })
  }
  if (pipeline === '') {
    throw streamingErrors.BAD_PATH({ option: 'pipeline', value: pipeline, expected: 'a name' })
  }
  const base = `${root === '/' ? '' : root}/${segment(pipeline)}`
  const shards = `${base}/shards`
  const topicPath = (topic: string): string => `${shards}/${segment(topic)}`
  const shardPath = (shard: Shard): string => `${topicPath(shard.topic)}/${shard.partition}`
  return {
    base,
    config: `${base}/config`,
    members: `${base}/members`,
    election: `${base}/election`,
    plan: `${base}/plan`,
    shards,
    control: `${base}/control`,
    member: (nodeId) => `${base}/members/${segment(nodeId)}`,
    planChunk: (name) => `${base}/plan/${name}`,
    topic: topicPath,
    shard: shardPath,
    owner: (shard) => `${shardPath(shard)}/owner`,
    shardAt: (path) => {
      const [topic, partition, ...rest] = path.slice(shards.length + 1).split('/')
      if (!path.startsWith(`${shards}/`) || rest.length > 0 || !topic || !/^\d+$/.test(partition ?? ''))
        return undefined
      return { topic: named(topic), partition: Number(partition) }
    },
  }
}

/** A name as one path segment. */
export function segment(name: string): string {
  const encoded = encodeURIComponent(name)
  // "." and ".." are no names of nodes.
  return /^\.+$/.test(encoded) ? encoded.replaceAll('.', '%2E') : encoded
}

/** The name that {@link segment} encoded. */
export function named(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
