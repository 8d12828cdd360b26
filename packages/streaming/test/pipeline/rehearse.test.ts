import { describe, expect, it } from 'vitest'
import { builtInPlugin, PluginRegistry, rehearse, validatePipeline } from '../../src/index.ts'

const config = await validatePipeline(
  {
    pipeline: 'orders',
    source: { type: 'generate', records: 1 },
    codec: 'json',
    route: {
      targets: [
        { name: 'north', weight: 2, sink: { type: 'stdout' } },
        { name: 'south', sink: { type: 'stdout' } },
      ],
    },
  },
  new PluginRegistry([builtInPlugin]),
)

describe('a rehearsal', () => {
  it('comes to its end', async () => {
    await expect(rehearse(config)).resolves.toBeUndefined()
  })

  it('is given up without an error when the worker is told to stop', async () => {
    await expect(rehearse(config, { signal: AbortSignal.abort(new Error('stop')) })).resolves.toBeUndefined()
  })

  it('does without a codec that only a plugin has', async () => {
    await expect(rehearse({ ...config, codec: 'avro' })).resolves.toBeUndefined()
  })
})
