import fc from 'fast-check'
import { isRingkeeperError, type Coordinator, type CreateMode, type Operation } from '@ringkeeper/core'
import type { ModelOutcome } from './model.ts'

/** Operations of one of three sessions, or its end. */
export type Step =
  | { readonly session: number; readonly operations: readonly Operation[] }
  | { readonly session: number; readonly end: 'close' | 'expire' }

const path = fc.constantFrom('/a', '/b', '/a/c', '/a/d', '/a/c/e', '/b/f')
const version = fc.option(fc.nat({ max: 2 }), { nil: undefined })
const data = fc.string({ maxLength: 3 }).map((text) => new TextEncoder().encode(text))
const modes: CreateMode[] = ['persistent', 'persistent', 'ephemeral', 'ephemeral-sequential', 'persistent-sequential']
const mode = fc.constantFrom(...modes)

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('create' as const), path, data, mode }) },
  fc.record({ type: fc.constant('set' as const), path, data, version }).map(withoutUndefined<'set'>),
  fc.record({ type: fc.constant('delete' as const), path, version }).map(withoutUndefined<'delete'>),
  fc.record({ type: fc.constant('check' as const), path, version }).map(withoutUndefined<'check'>),
)

const session = fc.nat({ max: 2 })
export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 9, arbitrary: fc.record({ session, operations: fc.array(operation, { minLength: 1, maxLength: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ session, end: fc.constantFrom('close' as const, 'expire' as const) }) },
)

function withoutUndefined<Type extends Operation['type']>(
  value: Record<string, unknown>,
): Operation & { readonly type: Type } {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as never
}

/** One operation by its own method, several as a multi. */
export async function run(coordinator: Coordinator, operations: readonly Operation[]): Promise<ModelOutcome> {
  try {
    const [only] = operations
    if (operations.length > 1 || !only) {
      const { results } = await coordinator.multi(operations)
      return { paths: results.map((result) => result.path) }
    }
    if (only.type === 'create') return { paths: [(await coordinator.create(only.path, only.data, only)).path] }
    if (only.type === 'set') await coordinator.set(only.path, only.data, only)
    if (only.type === 'delete') await coordinator.delete(only.path, only)
    if (only.type === 'check') await coordinator.multi([only])
    return { paths: [only.path] }
  } catch (error) {
    if (!isRingkeeperError(error)) throw error
    return { code: error.code, index: (error.data as { index?: number }).index ?? 0 }
  }
}

/** Every node below `root` as a client sees it, with owners by number. */
export async function snapshot(
  coordinator: Coordinator,
  owners: ReadonlyMap<bigint, number | undefined>,
  root = '/',
): Promise<object[]> {
  const found: object[] = []
  const walk = async (parent: string): Promise<void> => {
    const { children } = await coordinator.children(parent)
    for (const name of children) {
      const child = parent === '/' ? `/${name}` : `${parent}/${name}`
      const { data: content, stat } = await coordinator.get(child)
      const { version: dataVersion, cversion, numChildren, ephemeralOwner } = stat
      found.push({
        path: child,
        data: new TextDecoder().decode(content),
        version: dataVersion,
        cversion,
        numChildren,
        owner: ephemeralOwner === 0n ? undefined : owners.get(ephemeralOwner),
      })
      await walk(child)
    }
  }
  await walk(root)
  return found.sort((a, b) => ((a as { path: string }).path < (b as { path: string }).path ? -1 : 1))
}
