import type { Commit, DataTree } from './data-tree.ts'
import type { ServerSession } from './server-session.ts'
import { eventsOf } from './watch-table.ts'

/** One server's copy of the tree with the sessions that are connected to it; it may be behind the leader. */
export class Replica {
  readonly tree: DataTree
  readonly sessions: Set<ServerSession> = new Set()
  /** Cut off from the quorum without knowing: a deposed leader that still answers reads, pings and syncs. */
  isIsolated = false
  /** Commits that this server has not applied; only for one that is behind. */
  #backlog: Commit[] = []

  constructor(tree: DataTree) {
    this.tree = tree
  }

  /** Notes a commit, to be applied by {@link catchUp}. */
  receive(commit: Commit): void {
    this.#backlog.push(commit)
  }

  catchUp(): void {
    const backlog = this.#backlog
    this.#backlog = []
    for (const commit of backlog) {
      for (const change of commit.changes) this.tree.apply(change, commit.zxid, commit.time)
      this.tree.zxid = commit.zxid
      this.announce(commit)
    }
  }

  /** Tells the watchers of a commit that was applied here, and ends connections of sessions that it ended. */
  announce(commit: Commit): void {
    for (const change of commit.changes) {
      for (const event of eventsOf(change))
        for (const session of this.sessions) if (session.watches.take(event)) session.notify(event)
      if (change.type !== 'end-session') continue
      for (const session of this.sessions) if (session.id === change.sessionId) session.connection?.end()
    }
  }
}
