/** `npm run docs`: the pages of docs/reference/ from what the program itself goes by, so that they cannot differ from it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandsPage } from './reference/commands.ts'
import { configurationPage } from './reference/configuration.ts'
import { dbtRowsPage } from './reference/dbt-rows.ts'
import { errorsPage } from './reference/errors.ts'
import { macrosPage } from './reference/macros.ts'
import { repository } from './reference/markdown.ts'
import { templatePage } from './reference/template.ts'

/** Path in the repository to text. */
export function referencePages(): Readonly<Record<string, string>> {
  return {
    'docs/reference/commands.md': commandsPage(),
    'docs/reference/configuration.md': configurationPage(),
    'docs/reference/dbt-rows.md': dbtRowsPage(),
    'docs/reference/errors.md': errorsPage(),
    'docs/reference/macros.md': macrosPage(),
    'docs/reference/template.md': templatePage(),
  }
}

if (process.argv[1] === import.meta.filename) {
  const written = Object.entries(referencePages())
  for (const [path, text] of written) writeFileSync(join(repository, path), text)
  process.stdout.write(`docs: ${written.length} pages of docs/reference written\n`)
}
