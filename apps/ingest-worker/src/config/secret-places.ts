import type { ConfigPath } from '@ringkeeper/streaming'

/** Ends of names that say that the value is a secret, without case and punctuation. */
const secretEndings = [
  'password',
  'passphrase',
  'passwd',
  'secret',
  'token',
  'apikey',
  'accesskey',
  'privatekey',
  'authorization',
  'credentials',
  'cookie',
]

/** Whether a name, of an option or an environment variable, stands for a secret. */
export function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  return secretEndings.some((ending) => plain.endsWith(ending))
}

/** Whether the text at a place of a configuration is a secret: by the name of its option, or as the key of TLS. */
export function isSecretPath(path: ConfigPath): boolean {
  const names = path.filter((step): step is string => typeof step === 'string')
  const name = names.at(-1)
  if (name === undefined) return false
  const above = names.at(-2)
  return isSecretName(name) || (name === 'key' && (above === 'ssl' || above === 'tls'))
}

/** Whether text is a URL with a password in it that does not come from the environment. */
export function plainPassword(text: string): boolean {
  const userInfo = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:([^/\s@]+)@/i.exec(text)
  return userInfo !== null && !/^\$\{[^}]*\}$/.test(userInfo[1] as string)
}
