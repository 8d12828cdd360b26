import { balanceOf, type AssignmentBalance } from './balance.ts'
import type { Before } from './before.ts'
import type { Solution } from './equal.ts'
import type { Member } from './members.ts'
import { AssignmentMoves } from './moves.ts'
import { PartitionAssignment } from './partition-assignment.ts'
import type { PartitionSet } from './partition-set.ts'

/** What an assignor answers. What has to be counted is counted when it is first asked for. */
export class AssignResult {
  readonly assignment: PartitionAssignment
  /** What changes from the previous assignment to this one. */
  readonly moves: AssignmentMoves
  /**
   * What the members will own in the end. Differs from `assignment` where `maxMoves` has left something for later, and in
   * the first phase of `cooperative-sticky`: there, partitions that change hands have no owner until they are given up.
   */
  readonly target: PartitionAssignment
  /**
   * The fewest moves by which any assignment as balanced as the target is reached; with `zone-aware` any that is as balanced and
   * has as many owners near replicas. `undefined` where it is not known: with `range` and `roundrobin`, and where members with
   * different topics, or zones, are too many to prove it.
   */
  readonly leastMoves: number | undefined
  /** Whether no assignment as good as the target takes fewer moves: it takes `leastMoves`. */
  readonly provablyMinimal: boolean
  readonly #members: readonly Member[]
  #balance: AssignmentBalance | undefined

  /** @internal */
  constructor(parts: {
    readonly members: readonly Member[]
    readonly partitions: PartitionSet
    readonly before: Before
    readonly solution: Solution
    /** The owners for now. */
    readonly owners: Int32Array
  }) {
    const { members, partitions, before, solution, owners } = parts
    const ids = members.map(({ id }) => id)
    this.target = new PartitionAssignment(ids, partitions, solution.owners)
    this.assignment = owners === solution.owners ? this.target : new PartitionAssignment(ids, partitions, owners)
    this.moves = new AssignmentMoves(before, owners, ids)
    this.leastMoves = solution.leastMoves
    this.provablyMinimal = solution.leastMoves !== undefined && solution.moves === solution.leastMoves
    this.#members = members
  }

  /** How evenly the assignment shares out. */
  get balance(): AssignmentBalance {
    return (this.#balance ??= balanceOf(this.assignment.owners, this.#members))
  }

  /** Whether `assignment` is the target. Otherwise ask again with `assignment` as the previous one. */
  get complete(): boolean {
    return this.assignment === this.target
  }
}
