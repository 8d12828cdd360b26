import { describe, expect, it } from 'vitest'
import { inQueueOrder, namesAhead, protectedName, sequenceOf } from '../src/queue/names.ts'

const guid = '0f1e2d3c-0000-4000-8000-000000000001'

describe('names of a queue', () => {
  it("follow Curator's layout", () => {
    expect(protectedName(guid, 'latch')).toBe(`_c_${guid}-latch-`)
  })

  it('end in a counter, which is negative once it has wrapped', () => {
    expect(sequenceOf(`_c_${guid}-latch-0000000042`)).toBe(42)
    expect(sequenceOf(`_c_${guid}-latch--2147483648`)).toBe(-2147483648)
    expect(sequenceOf('_c_x-latch')).toBeUndefined()
    expect(sequenceOf('other')).toBeUndefined()
  })

  it('are ordered by the counter alone, and what has none does not count', () => {
    const names = ['b-latch-0000000010', 'z-latch-0000000002', 'junk', 'a-latch-0000000011']
    expect(inQueueOrder(names)).toEqual(['z-latch-0000000002', 'b-latch-0000000010', 'a-latch-0000000011'])
    expect(namesAhead(names, 'b-latch-0000000010')).toEqual(['z-latch-0000000002'])
  })

  it('with an equal counter count as ahead', () => {
    expect(namesAhead(['a-x-0000000001', 'b-x-0000000001'], 'a-x-0000000001')).toEqual(['b-x-0000000001'])
  })
})
