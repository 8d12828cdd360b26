import { describe, expect, it } from 'vitest'
import { checkPath, childPath, parentPath } from '../src/index.ts'

describe('paths of nodes', () => {
  it.each(['/', '/a', '/a/b', '/a.b/..c', '/ä/名前'])('accepts %s', (path) => {
    expect(() => checkPath(path)).not.toThrow()
  })

  it.each(['', 'a', '/a/', '//', '/a//b', '/.', '/a/../b', '/a/.', '/a\u0000b', '/a\u0085', '/\ud83d\ude00'])(
    'refuses %j',
    (path) => {
      expect(() => checkPath(path)).toThrow(
        expect.objectContaining({ code: 'RK_CORE_INVALID_PATH', data: { path, reason: expect.any(String) } }),
      )
    },
  )

  it('accepts a trailing slash where a counter follows', () => {
    expect(() => checkPath('/a/', true)).not.toThrow()
    expect(() => checkPath('/a//', true)).toThrow()
  })

  it('knows parents and children', () => {
    expect([parentPath('/'), parentPath('/a'), parentPath('/a/b')]).toEqual(['/', '/', '/a'])
    expect([childPath('/', 'a'), childPath('/a', 'b')]).toEqual(['/a', '/a/b'])
  })
})
