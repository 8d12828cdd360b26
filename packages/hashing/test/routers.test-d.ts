import type { Router } from '@ringkeeper/core'
import {
  HashRing,
  Jump,
  JumpBack,
  Maglev,
  Memento,
  Rendezvous,
  SlotTable,
  type HashRingJSON,
  type MementoState,
  type WeightedRouter,
} from '../src/index.ts'

// Every router can stand where core asks for one, and BoundedLoad takes each.
const routers: Router<string>[] = [
  new HashRing(),
  new Jump(),
  new JumpBack(),
  new Maglev(),
  new Memento(),
  new Rendezvous(),
  new SlotTable(),
]
const weighted: WeightedRouter[] = routers
void weighted

// A numbered bucket in the middle cannot leave, so there is nothing to call.
// @ts-expect-error
new Jump(['a', 'b']).remove('a')
// @ts-expect-error
new JumpBack(['a', 'b']).remove('a')

// What is replicated of a Memento says in its type that order matters; a set of nodes is not enough.
// @ts-expect-error
Memento.fromJSON({ format: 1, version: 1, buckets: ['a'] })
const state: MementoState = new Memento(['a']).toJSON()
const order: readonly number[] = state.removedInOrder
void order

// JSON is what toJSON says it is.
const json: HashRingJSON = new HashRing().toJSON()
void HashRing.fromJSON(json)

// The internal way to make a ring is no part of its type.
// @ts-expect-error
new HashRing({ points: 1 })
// @ts-expect-error
new HashRing(['a'], { placement: 'ketama' })
