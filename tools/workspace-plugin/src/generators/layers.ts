import { readJson, type Tree } from '@nx/devkit'

interface Layer {
  readonly layer: number
  readonly imports: readonly string[] | 'any'
}

const file = 'tools/boundaries/layers.json'

/** Enters a folder in the table of layers, which is kept in the order of the layers, one line each. */
export function enterLayer(tree: Tree, folder: string, layer: Layer): void {
  const { layers } = readJson<{ layers: Record<string, Layer> }>(tree, file)
  const rows = Object.entries({ ...layers, [folder]: layer })
    .toSorted(([, a], [, b]) => a.layer - b.layer)
    .map(([name, row]) => `    ${JSON.stringify(name)}: ${oneLine(row)}`)
  tree.write(file, `{\n  "layers": {\n${rows.join(',\n')}\n  }\n}\n`)
}

function oneLine(row: Layer): string {
  const fields = Object.entries(row).map(([key, value]) => {
    const text = JSON.stringify(value)
    return `${JSON.stringify(key)}: ${Array.isArray(value) ? text.replaceAll('","', '", "') : text}`
  })
  return `{ ${fields.join(', ')} }`
}
