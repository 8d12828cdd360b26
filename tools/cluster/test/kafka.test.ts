import { afterAll, beforeAll, expect, it } from 'vitest'
import { startCluster, type Cluster } from '../src/index.ts'
import { describeReal } from './support.ts'

describeReal('a Kafka broker', () => {
  let cluster: Cluster
  beforeAll(async () => {
    const topics = [{ name: 'orders', partitions: 16 }]
    cluster = await startCluster({ zookeeper: false, kafka: { topics } })
  }, 120_000)
  afterAll(() => cluster[Symbol.asyncDispose](), 30_000)

  it('has the topics that were asked for, as its own tool says', async () => {
    await cluster.createTopic('compacted', 2, { 'cleanup.policy': 'compact' })
    const described = await cluster.kafkaTool('topics', ['--describe'])
    expect(described).toMatch(/Topic: orders\s.*PartitionCount: 16\s/)
    expect(described).toMatch(/Topic: compacted\s.*PartitionCount: 2\s.*cleanup.policy=compact/)
    expect(() => cluster.zookeeper).toThrow(expect.objectContaining({ code: 'RK_CLUSTER_NO_SUCH_SERVICE' }))
  })

  it('keeps topics over kill and start, and answers again when the start returns', async () => {
    await cluster.server('kafka-1').kill()
    await cluster.server('kafka-1').start()
    await cluster.createTopic('later', 1)
    expect((await cluster.status()).servers).toMatchObject([{ name: 'kafka-1', mode: 'broker' }])
    expect(await cluster.kafkaTool('get-offsets', ['--topic-partitions', 'orders:0'])).toBe('orders:0:0\n')
  })

  it('names the tools it has', async () => {
    await expect(cluster.kafkaTool('topic' as 'topics', [])).rejects.toMatchObject({
      code: 'RK_CLUSTER_NO_SUCH_TOOL',
      message: expect.stringContaining('consumer-groups'),
    })
  })
})
