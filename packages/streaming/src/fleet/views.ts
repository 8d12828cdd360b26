import { childPath, watchedView, type Coordinator } from '@ringkeeper/core'
import { named, type FleetPaths } from './fleet-paths.ts'
import { decodeMemberNode, type FleetMemberView } from './member-node.ts'
import { readPlan, type StoredPlan } from './read-plan.ts'
import { ifThere } from './session-calls.ts'

/** What an operator wants. */
export interface OperatorWishes {
  /** There is a node `control/pause`: nobody owns a shard. */
  readonly isPaused: boolean
  /** Workers with a node `control/drain/<id>`: they get no shard and stay members. */
  readonly drained: ReadonlySet<string>
}

/** The members of a fleet, now and after each change, ordered by id. Armed before it is read, so that nothing is missed. */
export function followMembers(
  session: Coordinator,
  paths: FleetPaths,
  signal: AbortSignal,
): AsyncIterable<readonly FleetMemberView[]> {
  const read = (): Promise<readonly FleetMemberView[]> => readMembers(session, paths)
  return watchedView(session, paths.members, { recursive: true, read, signal })
}

/** The newest plan, now and after each change. */
export function followPlan(session: Coordinator, paths: FleetPaths, signal: AbortSignal): AsyncIterable<StoredPlan> {
  return watchedView(session, paths.plan, { read: () => readPlan(session, paths), signal })
}

/** An operator's wishes, now and after each change. */
export function followWishes(
  session: Coordinator,
  paths: FleetPaths,
  signal: AbortSignal,
): AsyncIterable<OperatorWishes> {
  const read = async (): Promise<OperatorWishes> => {
    const [control, drain] = await Promise.all([
      session.children(paths.control),
      ifThere(session.children(childPath(paths.control, 'drain'))),
    ])
    return { isPaused: control.children.includes('pause'), drained: new Set(drain?.children.map(named)) }
  }
  return watchedView(session, paths.control, { recursive: true, read, signal })
}

/** The members of a fleet at this moment, ordered by id. A node that nobody can read is no member. */
export async function readMembers(session: Coordinator, paths: FleetPaths): Promise<readonly FleetMemberView[]> {
  const { children } = await session.children(paths.members)
  const nodes = await Promise.all(children.map((name) => ifThere(session.get(childPath(paths.members, name)))))
  const views = children.flatMap((name, index) => {
    const node = nodes[index]
    const member = node && decodeMemberNode(node.data)
    return member ? [{ id: named(name), ...member, incarnation: node.stat.czxid }] : []
  })
  return views.sort((a, b) => (a.id < b.id ? -1 : 1))
}
