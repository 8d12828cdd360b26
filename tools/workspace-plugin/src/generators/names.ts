/** `redis-cache` as `RedisCache`. */
export function pascalCase(name: string): string {
  return name.replace(/(?:^|-)(\w)/g, (_match, letter: string) => letter.toUpperCase())
}

/** `redis-cache` as `redisCache`. */
export function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_match, letter: string) => letter.toUpperCase())
}
