import { join } from 'node:path'

/** The one folder of all state, ignored by git: jars, certificates, and one folder per running cluster. */
export const stateFolder: string = join(import.meta.dirname, '../../..', '.cluster')

/** Downloaded jars, one folder per artifact and version. */
export const jarsFolder: string = join(stateFolder, 'jars')

/** Everything of one cluster; removed when it goes down. */
export const clusterFolder = (name: string): string => join(stateFolder, 'clusters', name)

/** What a running cluster says about itself. */
export const stateFile = (name: string): string => join(clusterFolder(name), 'state.json')

/** Node's compile cache, which also keeps what is left of TypeScript files when their types are taken out. */
export const compileCacheFolder: string = join(stateFolder, 'compile-cache')
