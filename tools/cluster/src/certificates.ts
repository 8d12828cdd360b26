import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { errors } from './errors.ts'
import { stateFolder } from './folders.ts'
import { javaProgram, run } from './java.ts'
import { withLock } from './lock.ts'

/** Files for TLS on loopback, made once per checkout. They protect nothing: the passphrase is in this file. */
export interface Certificates {
  /** PEM; the server's own certificate, which clients trust as their CA. Names localhost and 127.0.0.1. */
  readonly ca: string
  /** PKCS#12; a client's key and certificate, for mutual TLS (`pfx` in Node). */
  readonly clientKeyStore: string
  readonly serverKeyStore: string
  readonly serverTrustStore: string
  /** Of all the stores. */
  readonly passphrase: string
}

const passphrase = 'loopback'

/** Makes the files with the JDK's keytool unless they are there. */
export async function certificates(signal: AbortSignal): Promise<Certificates> {
  const folder = join(stateFolder, 'tls')
  if (!existsSync(folder)) {
    await withLock(
      `${folder}.lock`,
      async () => {
        if (!existsSync(folder)) await make(folder, signal)
      },
      signal,
    )
  }
  return {
    ca: join(folder, 'server.pem'),
    clientKeyStore: join(folder, 'client.p12'),
    serverKeyStore: join(folder, 'server.p12'),
    serverTrustStore: join(folder, 'trusted-clients.p12'),
    passphrase,
  }
}

async function make(folder: string, signal: AbortSignal): Promise<void> {
  mkdirSync(stateFolder, { recursive: true })
  const unfinished = mkdtempSync(join(stateFolder, 'unfinished-'))
  const store = (name: string): string[] => [
    '-keystore',
    join(unfinished, `${name}.p12`),
    '-storetype',
    'PKCS12',
    '-storepass',
    passphrase,
  ]
  const keytool = async (...args: string[]): Promise<void> => {
    const { error, output } = await run(javaProgram('keytool'), args, signal)
    if (error?.code === 'ENOENT') throw errors.JAVA_MISSING({ tried: javaProgram('keytool') }, { cause: error })
    if (error) throw errors.TOOL_FAILED({ tool: 'keytool', exitCode: Number(error.code), output }, { cause: error })
  }
  try {
    for (const name of ['server', 'client']) {
      const pem = join(unfinished, `${name}.pem`)
      await keytool(
        '-genkeypair',
        '-alias',
        name,
        ...store(name),
        '-keyalg',
        'EC',
        '-groupname',
        'secp256r1',
        '-dname',
        `CN=${name}`,
        '-ext',
        'san=dns:localhost,ip:127.0.0.1',
        '-validity',
        '3650',
      )
      await keytool('-exportcert', '-rfc', '-alias', name, ...store(name), '-file', pem)
    }
    const clientPem = join(unfinished, 'client.pem')
    await keytool('-importcert', '-noprompt', '-alias', 'client', ...store('trusted-clients'), '-file', clientPem)
    renameSync(unfinished, folder)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}
