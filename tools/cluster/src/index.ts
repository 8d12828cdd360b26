export {
  attachCluster,
  startCluster,
  startDetachedCluster,
  stopCluster,
  type Cluster,
  type ClusterServer,
} from './cluster.ts'
export type { ClusterOptions, KafkaOptions, TopicOptions, ZooKeeperOptions } from './options.ts'
export type { ServerState, Service, StartOptions } from './server-process.ts'
export type { ClusterStatus, ServerStatus, ZooKeeperTls } from './status.ts'
export type { KafkaTool } from './tools.ts'
export { fourLetterWord } from './four-letter-word.ts'
export { missingPrerequisite } from './prerequisites.ts'
export { classPath, kafkaVersion } from './jars.ts'
export { requireJava } from './java.ts'
