/** What a member's node holds, as JSON. */
export interface MemberNode<T> {
  /** The timeout of the member's session in milliseconds: how long its node can outlive it. */
  readonly sessionTimeout: number
  readonly info: T
}

/** The name of a member's node: its id, with what a path cannot hold escaped. */
export function memberName(id: string): string {
  // Lone dots have a meaning in paths.
  return encodeURIComponent(id).replace(/^\.+$/, (dots) => '%2E'.repeat(dots.length))
}

/** The id of a member's node; `undefined` when the node is something else. */
export function memberId(name: string): string | undefined {
  try {
    return decodeURIComponent(name)
  } catch {
    return undefined
  }
}

export function encodeMember<T>(node: MemberNode<T>): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(node))
}

/** `undefined` when the data is something else. */
export function decodeMember<T>(data: Uint8Array): MemberNode<T> | undefined {
  try {
    const node: unknown = JSON.parse(new TextDecoder().decode(data))
    const isMember = typeof node === 'object' && node !== null && 'sessionTimeout' in node
    return isMember && typeof node.sessionTimeout === 'number' ? (node as MemberNode<T>) : undefined
  } catch {
    return undefined
  }
}
