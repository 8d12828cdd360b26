import { readFileSync } from 'node:fs'
import type { CommandIo } from '@ringkeeper/command-line'
import { systemPorts } from '@ringkeeper/core'
import { partitionerKinds, type PartitionerDescription, type PartitionerKind } from '@ringkeeper/partitioning'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { barChart } from '../../shared/chart.ts'
import { readKeys } from '../../shared/keys.ts'
import { parseCount } from '../../shared/parse-integer.ts'
import { distributionNames, makeTraffic, type DistributionName, type Traffic } from './distributions.ts'
import { measure, type Finding } from './measure.ts'
import { subjectOf, subjectOfKind, type Subject } from './subject.ts'
import { tableOf } from './table.ts'

interface LabFlags {
  readonly kind: PartitionerKind
  readonly description?: PartitionerDescription
  readonly partitions?: number
  readonly distributions: readonly DistributionName[]
  readonly records: number
  readonly stdin?: boolean
  readonly loads?: boolean
  readonly json?: boolean
}

/** These need more than a number of partitions, so they come as a description. */
const needing: Readonly<Partial<Record<PartitionerKind, string>>> = {
  prefix: '{"kind":"prefix","separator":":","inner":{"kind":"kafka","numPartitions":64}}',
  composite:
    '{"kind":"composite","keys":"same","first":{"kind":"jump","numPartitions":16},"then":{"kind":"range","bounds":["k"]}}',
  directory: '{"kind":"directory","numPartitions":64,"entries":{"a":0},"default":{"kind":"jump","numPartitions":64}}',
}

/** What can be tried by its name; of `custom` a function would be needed. */
const kinds = partitionerKinds.filter((kind) => needing[kind] === undefined && kind !== 'custom')

/** `partition lab`: a partitioner against kinds of traffic. */
export function addLab(partition: Command, io: CommandIo): void {
  partition
    .command('lab [keys...]')
    .description(
      'Try a partitioner with made-up traffic, with the given keys, or with --stdin the lines of standard input',
    )
    .addOption(
      new Option('-k, --kind <kind>', 'the kind of partitioner')
        .choices(kinds)
        .argParser(parseKind)
        .default('spark-sql'),
    )
    .option(
      '-D, --description <json>',
      'a description instead of a kind, as JSON or @FILE: for other options than the defaults, and for prefix, composite and directory',
      parseDescription,
    )
    .option('-n, --partitions <n>', 'how many partitions (default: as the description says, or 64)', parseCount)
    .option('-d, --distributions <names>', distributionNames.join(', '), parseNames, [...distributionNames])
    .option('-r, --records <n>', 'how many records of each distribution', parseCount, 200_000)
    .option('--stdin', 'read keys from standard input, one a line; so does a single - as the key')
    .option('--loads', 'draw the load of every partition')
    .option('--json', 'print JSON')
    .action(async (given: string[], flags: LabFlags) => {
      const subject = flags.description === undefined ? subjectOfKind(flags.kind) : subjectOf(flags.description)
      const { partitions = subject.partitions } = flags
      const { clock } = systemPorts()
      const findings: Finding[] = []
      for (const traffic of await trafficOf(given, flags)) findings.push(measure(subject, traffic, partitions, clock))
      if (flags.json === true) io.out(`${JSON.stringify({ kind: subject.name, findings })}\n`)
      else io.out(textOf(subject, findings, flags))
    })
}

async function trafficOf(given: readonly string[], flags: LabFlags): Promise<Traffic[]> {
  const fromInput = flags.stdin === true || (given.length === 1 && given[0] === '-')
  if (fromInput) return [{ name: 'standard input', keys: await readKeys([]) }]
  if (given.length > 0) return [{ name: 'given keys', keys: given }]
  return flags.distributions.map((name) => makeTraffic(name, flags.records))
}

function textOf(subject: Subject, findings: readonly Finding[], flags: LabFlags): string {
  const parts = [`${subject.name} over ${findings[0]!.partitions} partitions\n`, tableOf(findings)]
  parts.push(
    'the fullest partition over the mean\n',
    barChart(
      findings.map(({ distribution, maxOverMean }) => lineOf(distribution, maxOverMean, maxOverMean.toFixed(3))),
    ),
  )
  if (flags.loads === true) {
    for (const { distribution, loads } of findings) {
      const lines = loads.map((load, number) => lineOf(String(number), load, String(load)))
      parts.push(`${distribution}: records in each partition\n`, barChart(lines))
    }
  }
  return parts.join('\n')
}

function lineOf(label: string, value: number, text: string): { label: string; value: number; text: string } {
  return { label, value, text }
}

function parseKind(text: string): PartitionerKind {
  const kind = kinds.find((each) => each === text)
  if (kind !== undefined) return kind
  const example = needing[text as PartitionerKind]
  if (example !== undefined) {
    throw new InvalidArgumentError(`It needs more than a number of partitions: give it as --description '${example}'.`)
  }
  if (text === 'custom') throw new InvalidArgumentError('It needs a function, which a command line cannot give.')
  throw new InvalidArgumentError(`Allowed choices are ${kinds.join(', ')}.`)
}

function parseDescription(text: string): PartitionerDescription {
  const description = parseJson(text.startsWith('@') ? readText(text.slice(1)) : text)
  if (typeof description === 'object' && description !== null) return description as PartitionerDescription
  throw new InvalidArgumentError('It is no description: give an object such as {"kind":"jump","numPartitions":64}.')
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new InvalidArgumentError(`The file cannot be read: ${(error as Error).message}`)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new InvalidArgumentError(`It is no JSON: ${(error as Error).message}`)
  }
}

function parseNames(text: string): DistributionName[] {
  return text.split(',').map((name) => {
    const known = distributionNames.find((each) => each === name)
    if (known === undefined) {
      throw new InvalidArgumentError(`"${name}" is none of ${distributionNames.join(', ')}.`)
    }
    return known
  })
}
