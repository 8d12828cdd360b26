import { builtInPlugin, PluginRegistry } from '@ringkeeper/streaming'
import { systemPorts, type Codec } from '@ringkeeper/core'
import { describe, expect, it } from 'vitest'

const registry = new PluginRegistry([builtInPlugin])

async function decode(type: string, bytes: Uint8Array): Promise<unknown> {
  const context = { pipeline: 'p', worker: 'w', ports: systemPorts() }
  const codec = (await registry.find('codec', type)?.create(context)) as Codec
  // What surrounds the value must not matter.
  return codec.decode(Buffer.concat([Buffer.of(0xff), bytes, Buffer.of(0xfe)]), 1, bytes.length + 1)
}

describe('the built-in codecs', () => {
  it.each([
    ['json', '{"a":["ü",1.5,null]}', { a: ['ü', 1.5, null] }],
    ['text', 'grüße \uFFFD', 'grüße \uFFFD'],
    ['bytes', 'abc', Buffer.from('abc')],
  ])('%s reads its values', async (type, text, value) => {
    expect(await decode(type, Buffer.from(text))).toEqual(value)
  })

  it.each([
    ['json', Buffer.from('{"a":'), 'RK_STREAMING_NOT_JSON'],
    ['json', Buffer.of(0x22, 0xff, 0x22), 'RK_STREAMING_NOT_UTF8'],
    ['json', Buffer.alloc(0), 'RK_STREAMING_NOT_JSON'],
    ['text', Buffer.of(0xc3), 'RK_STREAMING_NOT_UTF8'],
  ])('%s refuses %j', async (type, bytes, code) => {
    await expect(decode(type, bytes)).rejects.toMatchObject({ code })
  })
})
