import { decodeJson, encodeJson, type JsonObject } from './json-node.ts'

/** What a worker tells the others about itself. */
export interface FleetMember {
  readonly host: string
  readonly pid: number
  /** Where it runs, for people: the plan does not go by it. */
  readonly zone?: string | undefined
  /** Its share of the shards, relative to the others. */
  readonly weight: number
  /** The most shards it takes. */
  readonly capacity?: number | undefined
  /** Where its status pages are, such as `http://127.0.0.1:8080`. */
  readonly http?: string | undefined
  /** A checksum of the names and weights of the targets that it routes to: workers that differ send a key to different places. */
  readonly targets?: string | undefined
}

/** A worker as its member node shows it. */
export interface FleetMemberView extends FleetMember {
  readonly id: string
  /** `draining`: it is leaving, and is given no shard. */
  readonly state: 'active' | 'draining'
  /** Its session timeout in milliseconds. */
  readonly sessionTimeout: number
  /** The transaction that created the member node. */
  readonly incarnation: bigint
}

export type MemberNode = Omit<FleetMemberView, 'id' | 'incarnation'>

export function encodeMemberNode(node: MemberNode): Uint8Array {
  return encodeJson(node)
}

/** `undefined` when it cannot be understood. */
export function decodeMemberNode(data: Uint8Array): MemberNode | undefined {
  const json = parse(data)
  if (!json) return undefined
  const text = (name: string): string | undefined => (typeof json[name] === 'string' ? json[name] : undefined)
  const number = (name: string): number | undefined => (typeof json[name] === 'number' ? json[name] : undefined)
  return {
    host: text('host') ?? '',
    pid: number('pid') ?? 0,
    zone: text('zone'),
    weight: number('weight') ?? 1,
    capacity: number('capacity'),
    http: text('http'),
    targets: text('targets'),
    state: json['state'] === 'draining' ? 'draining' : 'active',
    sessionTimeout: number('sessionTimeout') ?? 0,
  }
}

function parse(data: Uint8Array): JsonObject | undefined {
  try {
    return decodeJson('', data)
  } catch {
    return undefined
  }
}
