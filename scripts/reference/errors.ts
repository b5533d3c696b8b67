/** The list of diagnostic codes to its page. */
import { diagnosticCodes } from '../../src/core/diagnostic-codes.ts'
import { code, markdownTable, pageHead } from './markdown.ts'

export function errorsPage(): string {
  const rows = Object.entries(diagnosticCodes)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, { meaning, example }]) => [code(name), meaning, example])
  return `${pageHead('Errors and warnings', 'src/core/diagnostic-codes.ts')}
Each message begins with \`error[code]\` or \`warning[code]\`. Codes are stable: scripts may rely on them.
With \`--log-format json\` the code is a field of the line. What follows the code is the place
(file, line, column), the line itself, and a hint where the fix can be named.

${markdownTable(['code', 'meaning', 'example'], rows)}
`
}
