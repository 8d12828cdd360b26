import type { MultiResult, OperationResult, RingkeeperError } from '@ringkeeper/core'
import { createKinds } from '../create-mode.ts'
import { zookeeperErrors } from '../../errors.ts'
import type { JuteReader } from '../jute-reader.ts'
import type { JuteWriter } from '../jute-writer.ts'
import { opcode } from '../opcode.ts'
import type { Request } from '../request.ts'
import { serverError, type FailedRequest } from '../server-error.ts'
import { readStat } from '../stat.ts'
import { readCreated, writeCreate, type NewNode } from './create.ts'
import { writePathVersion } from './delete.ts'
import { writeSetData } from './set-data.ts'

/** One step, with the caller's path and the server's. */
export type Step = { readonly path: string } & (
  | { readonly type: 'create'; readonly node: NewNode }
  | { readonly type: 'set'; readonly serverPath: string; readonly data: Uint8Array; readonly version: number }
  | { readonly type: 'delete' | 'check'; readonly serverPath: string; readonly version: number }
)

/** The server's mark of steps that failed only because another one did. */
const rolledBack = -2

/**
 * ```
 * per step: int opcode, bool done = false, int error = -1, then the body of that request
 * last:     int -1, bool done = true, int error = -1
 * ```
 *
 * The reply has the same shape with a body by opcode: path and stat (create2), path (create), stat (setData),
 * nothing (delete, check), int error (-1).
 *
 * @param toCaller - maps the server's path to the caller's.
 */
export function multiRequest(steps: readonly Step[], toCaller: (serverPath: string) => string): Request<MultiResult> {
  const path = steps[0]?.path ?? ''
  return {
    opcode: opcode.multi,
    name: 'multi',
    path,
    write: (writer) => {
      for (const step of steps) writeStep(writer, step)
      writeStepHeader(writer, -1, true)
    },
    read: (reader, { zxid }) => {
      const outcomes = readOutcomes(reader, steps, toCaller)
      const failure = firstFailure(outcomes)
      if (failure) throw failure
      return { zxid, results: outcomes as OperationResult[] }
    },
    readError: ({ error }, reader) =>
      reader.remaining > 0
        ? firstFailure(readOutcomes(reader, steps, toCaller))
        : serverError(error, { name: 'multi', path }),
  }
}

function writeStepHeader(writer: JuteWriter, type: number, isLast: boolean): void {
  writer.int(type)
  writer.bool(isLast)
  writer.int(-1)
}

function writeStep(writer: JuteWriter, step: Step): void {
  if (step.type === 'create') {
    writeStepHeader(writer, createKinds[step.node.mode].opcode, false)
    writeCreate(writer, step.node)
  } else if (step.type === 'set') {
    writeStepHeader(writer, opcode.setData, false)
    writeSetData(writer, step.serverPath, step.data, step.version)
  } else {
    writeStepHeader(writer, opcode[step.type], false)
    writePathVersion(writer, step.serverPath, step.version)
  }
}

type Outcome = OperationResult | { readonly error: number; readonly at: FailedRequest }

type ToCaller = (serverPath: string) => string

function readOutcomes(reader: JuteReader, steps: readonly Step[], toCaller: ToCaller): Outcome[] {
  const outcomes: Outcome[] = []
  for (;;) {
    const type = reader.int()
    const isLast = reader.bool()
    reader.int()
    if (isLast) return outcomes
    const step = steps[outcomes.length]
    if (!step) throw zookeeperErrors.BAD_MESSAGE({ reason: `more results than the ${steps.length} steps of a multi` })
    outcomes.push(readOutcome(reader, type, step, outcomes.length, toCaller))
  }
}

function readOutcome(
  reader: JuteReader,
  type: number,
  { path, type: name }: Step,
  index: number,
  toCaller: ToCaller,
): Outcome {
  switch (type) {
    case opcode.error:
      return { error: reader.int(), at: { name, path, index } }
    case opcode.create2:
    case opcode.createContainer:
    case opcode.createTtl:
      return readCreated(reader, toCaller)
    case opcode.create:
      return { path: toCaller(reader.string()) }
    case opcode.setData:
      return { path, stat: readStat(reader) }
    case opcode.delete:
    case opcode.check:
      return { path }
    default:
      throw zookeeperErrors.BAD_MESSAGE({ reason: `the result type ${type} in a multi` })
  }
}

/** The step that made the multi fail: neither applied nor merely rolled back. */
function firstFailure(outcomes: readonly Outcome[]): RingkeeperError | undefined {
  const failures = outcomes.filter((outcome) => 'error' in outcome)
  const cause = failures.find(({ error }) => error !== 0 && error !== rolledBack)
  if (cause) return serverError(cause.error, cause.at)
  const [first] = failures
  return first && serverError(first.error, first.at)
}
