import { definePlugin, type Plugin } from '@ringkeeper/core'
import { bytesCodec } from '../codecs/bytes.ts'
import { jsonCodec } from '../codecs/json.ts'
import { textCodec } from '../codecs/text.ts'
import { fileSink } from '../sinks/file/file-sink.ts'
import { httpSink } from '../sinks/http/http-sink.ts'
import { memorySink } from '../sinks/memory/memory-sink.ts'
import { stdoutSink } from '../sinks/stdout/stdout-sink.ts'
import { fileSource } from '../sources/file/file-source.ts'
import { generateSource } from '../sources/generate/generate.ts'
import { memoryCoordination } from './memory-coordination.ts'

/** What every pipeline can use without a plugin. */
export const builtInPlugin: Plugin = definePlugin({
  name: '@ringkeeper/streaming',
  apiVersion: 1,
  components: [
    generateSource,
    fileSource,
    stdoutSink,
    fileSink,
    memorySink,
    httpSink,
    bytesCodec,
    textCodec,
    jsonCodec,
    memoryCoordination,
  ],
})
