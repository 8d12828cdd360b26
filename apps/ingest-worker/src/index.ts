export { defineConfig, type PipelineInput } from '@ringkeeper/streaming'
export { ingestErrors } from './errors.ts'
export { zookeeperPlugin, type ZooKeeperCoordinationOptions } from './coordination/zookeeper-plugin.ts'
