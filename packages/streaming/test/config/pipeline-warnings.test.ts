// Rule 27 of the protocol: order per key is promised only where the key decides the partition.
import { describe, expect, it } from 'vitest'
import { pipelineWarnings } from '../../src/config/pipeline-warnings.ts'

const deadLetters = { type: 'memory', options: {} }

describe('warnings about a pipeline', () => {
  it('are none where the record key decides and dead letters are kept', () => {
    expect(pipelineWarnings({ route: { key: 'key' }, deadLetters })).toEqual([])
  })

  it('say that a key from the value keeps the order only within a partition', () => {
    const [warning, ...others] = pipelineWarnings({ route: { key: 'value.customer' }, deadLetters })
    expect(others).toEqual([])
    expect(warning).toMatchObject({ path: 'route.key' })
    expect(warning?.message).toMatch(/value\.customer.* in order only where it also decides the partition/)
  })

  it('say what becomes of a record that cannot be processed', () => {
    const warnings = pipelineWarnings({ route: { key: 'key' }, deadLetters: undefined })
    expect(warnings).toMatchObject([{ path: 'deadLetters' }])
  })
})
