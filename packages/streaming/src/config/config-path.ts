/** A place in a configuration. */
export type ConfigPath = readonly (string | number)[]

/** A place as people write it, such as `route.targets[0].sink`. */
export function formatPath(path: ConfigPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    return text === '' ? step : `${text}.${step}`
  }, '')
}
