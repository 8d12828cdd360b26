/** What stands in place of a secret. */
const mark = '[redacted]'

/** Takes secrets out of what is shown: one of these for the whole program, which learns them as it reads its configuration. */
export class Redactor {
  #secrets: readonly string[] = []

  constructor(secrets: Iterable<string> = []) {
    this.add(secrets)
  }

  add(secrets: Iterable<string>): void {
    const forms = [...secrets].filter((secret) => secret !== '').flatMap(formsOf)
    // A secret may be a part of another one: the longer ones go first.
    this.#secrets = [...new Set([...this.#secrets, ...forms])].sort((a, b) => b.length - a.length)
  }

  text(text: string): string {
    return this.#secrets.reduce((redacted, secret) => redacted.replaceAll(secret, mark), text)
  }

  /** The same value, with the secrets taken out of all text in it. */
  value(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value)
    if (Array.isArray(value)) return value.map((item) => this.value(item))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.value(item)]))
  }
}

/** A secret as it is, in JSON text, and in a URL. */
function formsOf(secret: string): string[] {
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]
}
