import { systemPorts, type Component, type Schema, type SinkComponent, type SourceComponent } from '@ringkeeper/core'
import { describe, expect, test } from 'vitest'
import plugin, { kafkaPlugin, KafkaSink, KafkaSource } from '../src/index.ts'

const source = plugin.components[0] as unknown as SourceComponent<unknown>
const sink = plugin.components[1] as unknown as SinkComponent<unknown>
const context = { pipeline: 'p', worker: 'w', target: 't', codec: 'bytes', ports: systemPorts() }

const validate = async (schema: Schema, value: unknown): Promise<unknown> => schema['~standard'].validate(value)
const paths = async (schema: Schema, value: unknown): Promise<unknown[]> => {
  const { issues = [] } = await schema['~standard'].validate(value)
  return issues.map(({ path, message }) => [path?.map(String).join('.'), message])
}

const least = { type: 'kafka', brokers: ['127.0.0.1:9092'], topics: ['orders'], group: 'orders-ingest' }

test('the module is the plugin, with a source and a sink of type kafka', () => {
  expect(plugin).toBe(kafkaPlugin)
  expect(plugin.components.map(({ kind, type }: Component) => [kind, type])).toEqual([
    ['source', 'kafka'],
    ['sink', 'kafka'],
  ])
  expect(sink.capabilities).toEqual({ ordered: true, idempotent: false, fenced: false, retainsBytes: false })
})

test('both are made without connecting to anything, and closed', async () => {
  const result = (await validate(source.schema, least)) as { value: unknown }
  const made = await source.create(result.value, context)
  expect(made).toBeInstanceOf(KafkaSource)
  await made[Symbol.asyncDispose]()
  const { value } = (await validate(sink.schema, { brokers: ['127.0.0.1:9092'], topic: 't' })) as { value: unknown }
  const written = await sink.create(value, context)
  expect(written).toBeInstanceOf(KafkaSink)
  await written[Symbol.asyncDispose]()
})

describe('options', () => {
  test('have defaults, and durations may be text', async () => {
    expect(await validate(source.schema, { ...least, maxWait: '250ms', metadataInterval: 5 })).toMatchObject({
      value: {
        startFrom: 'earliest',
        onOffsetOutOfRange: 'fail',
        ssl: false,
        maxWait: 250,
        metadataInterval: 5,
        requestTimeout: 30_000,
      },
    })
  })

  test('that are wrong are named, unknown ones too', async () => {
    expect(await paths(source.schema, { ...least, brokers: ['nowhere'], maxWait: 'soon', starFrom: 'latest' })).toEqual(
      [
        ['brokers.0', 'expected host:port'],
        ['maxWait', 'expected milliseconds or text such as 500ms, 4s or 1m'],
        ['', 'Unrecognized key: "starFrom"'],
      ],
    )
  })

  test('that nothing has room for are refused', async () => {
    expect(await paths(source.schema, { ...least, metadataInterval: '30d', maxBytes: 2 ** 28 })).toEqual([
      ['maxBytes', expect.stringContaining('134217728')],
      ['metadataInterval', 'expected at most 24 days'],
    ])
  })

  test('of a login never show up in what is wrong with them', async () => {
    const sasl = { mechanism: 'plain', username: 'me', password: 'geheim', extra: 1 }
    const issues = JSON.stringify(await paths(source.schema, { ...least, sasl }))
    expect(issues).toContain('extra')
    expect(issues).not.toContain('geheim')
  })

  test.for([
    { mechanism: 'scram-sha-512', username: 'me', password: 'x' },
    { mechanism: 'aws', authorizationIdentity: 'a', accessKeyId: 'b', secretAccessKey: 'c' },
    { mechanism: 'oauthbearer', oauthBearerProvider: () => Promise.resolve({ value: 'token' }) },
  ])('take the login $mechanism as kafkajs does', async (sasl) => {
    expect(
      await validate(source.schema, { ...least, ssl: { ca: 'pem', rejectUnauthorized: false }, sasl }),
    ).toMatchObject({
      value: { sasl, ssl: { ca: 'pem' } },
    })
  })

  test.for([
    ['source', source.schema],
    ['sink', sink.schema],
  ] as const)('of the %s have a JSON Schema', ([, schema]) => {
    const json = schema['~standard'].jsonSchema!.input({ target: 'draft-2020-12' })
    expect(json).toMatchObject({ type: 'object', additionalProperties: false })
    expect(Object.keys(json['properties'] as object)).toEqual(expect.arrayContaining(['brokers', 'sasl', 'ssl']))
  })
})
