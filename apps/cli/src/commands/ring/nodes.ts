import type { NodeOptions } from '@ringkeeper/hashing'
import { InvalidArgumentError } from 'commander'

/** How nodes are written on the command line, for the help. */
export const nodesHelp = `nodes, separated by commas: a name alone or with a weight, as in a:2 or a=2.
With a port: host:port, or host:port:weight. A number after one colon is taken for a port when it is
1024 or more or when a dot or a bracket stands before it; name:80=1 leaves no doubt.`

/** Reads `a:2,b,10.0.0.1:11211:600`. */
export function parseNodes(text: string): NodeOptions[] {
  return text.split(',').map((part) => parseNode(part.trim()))
}

/** Reads `a,b`: ids alone, without weights. */
export function parseIds(text: string): string[] {
  return text.split(',').map((id) => id.trim())
}

function parseNode(text: string): NodeOptions {
  const [name, explicit, ...more] = text.split('=')
  if (name === undefined || name === '' || more.length > 0) throw new InvalidArgumentError(`"${text}" is no node.`)
  if (explicit !== undefined) return { id: name, weight: weightOf(explicit, text) }
  const host = /^\[[^\]]*\]/.exec(name)?.[0] ?? ''
  const parts = name.slice(host.length).split(':')
  const first = host + parts[0]!
  if (parts.length === 1) return { id: name }
  if (parts.length === 3) return { id: `${first}:${parts[1]}`, weight: weightOf(parts[2]!, text) }
  if (parts.length > 3)
    throw new InvalidArgumentError(`"${text}" has too many colons; write IPv6 addresses in brackets.`)
  const number = weightOf(parts[1]!, text)
  return looksLikeHost(first) || number >= 1024 ? { id: name } : { id: first, weight: number }
}

function looksLikeHost(name: string): boolean {
  return name.includes('.') || name.startsWith('[') || name === 'localhost'
}

function weightOf(text: string, node: string): number {
  const weight = Number(text)
  if (text === '' || !Number.isFinite(weight)) throw new InvalidArgumentError(`"${text}" in "${node}" is no number.`)
  return weight
}
