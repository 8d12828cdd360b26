/** The start of a node's name that its creator can find again, by the GUID in it, after the reply was lost. */
export function protectedName(guid: string, name: string): string {
  return `_c_${guid}-${name}-`
}

/** The server's counter at the end of a name; `undefined` when there is none. A counter past 2^31 is negative. */
export function sequenceOf(name: string): number | undefined {
  const digits = /-(-?\d{10,})$/.exec(name)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** The names with a counter, in its order. Equal counters are ordered by name, so that all see one order. */
export function inQueueOrder(names: readonly string[]): string[] {
  return names
    .flatMap((name) => {
      const sequence = sequenceOf(name)
      return sequence === undefined ? [] : [{ name, sequence }]
    })
    .sort((a, b) => a.sequence - b.sequence || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name)
}

/** Names with a counter that is not above that of `own`, in order. Of equal counters all but one's own are ahead. */
export function namesAhead(names: readonly string[], own: string): string[] {
  const mine = sequenceOf(own) ?? 0
  return inQueueOrder(names).filter((name) => name !== own && (sequenceOf(name) ?? 0) <= mine)
}
