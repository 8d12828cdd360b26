import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { declaredErrors } from './error-codes.ts'

/** Writes docs/errors.md anew from the tables in the sources: `pnpm docs:errors`. */
const root = join(import.meta.dirname, '../../..')
const errors = await declaredErrors(root)
const folders = [...new Set(errors.map(({ folder }) => folder))].toSorted()
const sections = folders.map((folder) => {
  const rows = errors.filter((error) => error.folder === folder)
  const lines = rows.map(({ code, message }) => `| \`${code}\` | ${message.replaceAll('|', '\\|')} |`)
  return [`## ${folder}`, '', '| code | message |', '|---|---|', ...lines, ''].join('\n')
})
const head = `# Error codes

Every error that Ringkeeper throws is a \`RingkeeperError\` with a stable \`code\`, the values as \`data\`, and the error that led to it as
\`cause\`. Tell errors apart by their code. In the messages below \`{name}\` stands for a value of \`data\`.

This page is written by \`pnpm docs:errors\` from the tables in the sources, and a test compares the two.

`
writeFileSync(join(root, 'docs/errors.md'), `${head}${sections.join('\n')}`)
console.log(`docs/errors.md: ${errors.length} codes`)
