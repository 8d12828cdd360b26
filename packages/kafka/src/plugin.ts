import { definePlugin, defineSink, defineSource, type Plugin } from '@ringkeeper/core'
import { KafkaSink } from './sink/kafka-sink.ts'
import { sinkSchema } from './sink/sink-options.ts'
import { KafkaSource } from './source/kafka-source.ts'
import { sourceSchema } from './source/source-options.ts'

/** Registers `kafka` as a type of source and of sink. */
export const kafkaPlugin: Plugin = definePlugin({
  name: '@ringkeeper/kafka',
  apiVersion: 1,
  components: [
    defineSource({
      type: 'kafka',
      schema: sourceSchema,
      identity: ({ topics, group }) => ({ topics: [...new Set(topics)].sort(), group }),
      create: (options, context) => new KafkaSource(options, context),
    }),
    defineSink({
      type: 'kafka',
      schema: sinkSchema,
      capabilities: { ordered: true, idempotent: false, fenced: false, retainsBytes: false },
      create: (options, context) => new KafkaSink(options, context),
    }),
  ],
})
