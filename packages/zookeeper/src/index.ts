export { zookeeper } from './zookeeper.ts'
export type { ZooKeeperOptions } from './options.ts'
export type { Identity } from './protocol/messages/auth.ts'
export { zookeeperErrors } from './errors.ts'
