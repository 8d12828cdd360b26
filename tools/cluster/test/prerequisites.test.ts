import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { classPath } from '../src/jars.ts'
import { requireJava } from '../src/java.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'java-home-'))
  mkdirSync(join(home, 'bin'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(home, { recursive: true })
})

function javaThatSays(version: string): void {
  const java = join(home, 'bin', 'java')
  writeFileSync(java, `#!/bin/sh\necho 'openjdk version "${version}"' >&2\n`)
  chmodSync(java, 0o755)
  vi.stubEnv('JAVA_HOME', home)
}

describe('what the machine must have', () => {
  it.each(['17.0.15', '21', '24-ea'])('takes Java %s', async (version) => {
    javaThatSays(version)
    expect(await requireJava()).toBe(join(home, 'bin', 'java'))
  })

  it.each(['1.8.0_292', '11.0.2'])('refuses Java %s and says what to install', async (version) => {
    javaThatSays(version)
    await expect(requireJava()).rejects.toMatchObject({
      code: 'RK_CLUSTER_JAVA_TOO_OLD',
      message: expect.stringContaining('install Java 17'),
    })
  })

  it('says what to install without Java', async () => {
    vi.stubEnv('JAVA_HOME', home)
    await expect(requireJava()).rejects.toMatchObject({ code: 'RK_CLUSTER_JAVA_MISSING' })
  })

  it('says what to install without Maven, and leaves nothing half downloaded', async () => {
    vi.stubEnv('PATH', home)
    for (let attempt = 0; attempt < 2; attempt += 1)
      await expect(classPath('zookeeper', '0.0.0')).rejects.toMatchObject({
        code: 'RK_CLUSTER_MAVEN_MISSING',
        message: expect.stringContaining('zookeeper 0.0.0'),
      })
  })
})
