import { describe, expect, it } from 'vitest'
import { appPlugins } from '../src/app-plugins.ts'

describe('the source kafka', () => {
  it('is the same source for the same topics and group, whatever the brokers and the order', () => {
    const kafka = appPlugins.flatMap(({ components }) => components).find(({ type }) => type === 'kafka')
    if (kafka?.kind !== 'source') throw new Error('there is no source kafka')
    const options = { brokers: ['a:9092'], topics: ['refunds', 'orders'], group: 'g', sasl: { password: 'secret' } }
    expect(kafka.identity?.(options as never)).toEqual({ topics: ['orders', 'refunds'], group: 'g' })
  })
})
