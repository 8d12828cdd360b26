import type { Plugin } from '@ringkeeper/core'
import { kafkaPlugin } from '@ringkeeper/kafka'
import { zookeeperPlugin } from './coordination/zookeeper-plugin.ts'

/** What every configuration of this app can use without naming it under `plugins`. */
export const appPlugins: readonly Plugin[] = [kafkaPlugin, zookeeperPlugin]
