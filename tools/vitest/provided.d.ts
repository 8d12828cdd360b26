import 'vitest'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Absent where ZooKeeper could not be started: the suite skips itself. */
    zookeeper: { readonly connect: string; readonly tickTime: number } | undefined
    kafka: { readonly bootstrap: string } | undefined
  }
}
