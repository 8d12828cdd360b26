import type { DemoFleet } from './fleet.ts'
import type { DemoView } from './run-demo.ts'

const barWidth = 40

/** A view that is drawn anew in place on a terminal, and line by line elsewhere. */
export function demoView(records: number, out: NodeJS.WriteStream): DemoView {
  return out.isTTY ? terminalView(records, out) : plainView(records, out)
}

function terminalView(records: number, out: NodeJS.WriteStream): DemoView {
  let drawn = 0
  const erase = (): string => (drawn === 0 ? '' : `\u001B[${drawn}F\u001B[J`)
  return {
    show: (fleet, ledger) => {
      const share = ledger.distinct / records
      const filled = Math.round(share * barWidth)
      const counts = new Map<string, number>()
      for (const { worker } of ledger.entries) counts.set(worker, (counts.get(worker) ?? 0) + 1)
      const lines = [
        `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${String(ledger.distinct).padStart(7)} of ${records} records`,
        ...fleet.workers.map(({ id, pipeline, killSwitch }) => {
          const shards = killSwitch.isKilled
            ? 'killed'
            : pipeline
                .status()
                .shards.map(({ shard, state }) =>
                  state === 'active' ? String(shard.partition) : `(${shard.partition})`,
                )
                .join(' ')
          return `${id.padEnd(5)} ${String(counts.get(id) ?? 0).padStart(7)}  ${shards}`
        }),
        finished(fleet),
      ]
      out.write(`${erase()}${lines.join('\n')}\n`)
      drawn = lines.length
    },
    tell: (what) => {
      out.write(`${erase()}${what}\n`)
      drawn = 0
    },
  }
}

/** Shards that nobody owns any more are not lost. */
function finished({ finishedShards }: DemoFleet): string {
  return `finished: ${finishedShards} ${finishedShards === 1 ? 'shard' : 'shards'}`
}

/** Milliseconds between two lines. */
const plainInterval = 1000

function plainView(records: number, out: NodeJS.WriteStream): DemoView {
  let shownAt = 0
  return {
    show: (fleet, ledger) => {
      if (Date.now() - shownAt < plainInterval) return
      shownAt = Date.now()
      const workers = fleet.living.map(({ id, pipeline }) => {
        const active = pipeline.status().shards.filter(({ state }) => state === 'active')
        return `${id} ${active.length}`
      })
      const shards = `active shards: ${workers.join(', ')}; ${finished(fleet)}`
      out.write(`${ledger.distinct} of ${records} records; ${shards}\n`)
    },
    tell: (what) => void out.write(`${what}\n`),
  }
}
