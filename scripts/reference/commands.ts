/** The help pages of the command line to one page. */
import { commonFlags } from '../../src/cli/arguments/flags/common-flags.ts'
import type { FlagGroup } from '../../src/cli/arguments/flags/flag-group.ts'
import { commandPages } from '../../src/cli/arguments/help/help-texts.ts'
import { code, markdownTable, pageHead, wrapped } from './markdown.ts'

export function commandsPage(): string {
  const commands = commandPages.map((page) =>
    [
      `## ${page.name}`,
      wrapped(page.description),
      ...(page.alias === undefined ? [] : [`Also: ${code(`assay ${page.alias}`)}.`]),
      ...(page.flags.length === 0 ? [] : [flagTable(page.flags)]),
      `\`\`\`text\n${page.after.trim()}\n\`\`\``,
    ].join('\n\n'),
  )
  return `${pageHead('Commands', 'src/cli/arguments/')}
\`assay <command> [flags]\`. \`assay --help\` lists the commands, \`assay build --help\` shows one.
In a clone of this repository: \`npx assay\` or \`node bin/assay.js\`.

${markdownTable(
  ['command', 'what it does'],
  commandPages.map((page) => [`[${page.name}](#${page.name})`, page.summary]),
)}

## Flags of every command

Each flag has an environment variable. The flag wins over the variable, the variable over \`assay.yml\`.
An empty variable counts as none. A switch takes \`true\` or \`false\` as its variable.

${flagTable(commonFlags)}

\`NO_COLOR\` is obeyed. A \`.env\` file beside \`assay.yml\` is read for \`env\` in templates and YAML;
the process's own environment wins over it.

## Exit codes

| code | meaning |
| --- | --- |
| 0 | fine; also: warnings only, or nothing selected |
| 1 | work was begun and something failed: a node, a test, a check of \`debug\` |
| 2 | nothing was begun: wrong usage, an invalid project, an unknown target, no connection; or a crash |
| 130 | interrupted |

${commands.join('\n\n')}
`
}

function flagTable(groups: readonly FlagGroup[]): string {
  const rows = groups.flatMap(({ flags }) =>
    flags.flatMap(([notation, words]) =>
      words === undefined ? [] : [[code(notation), code(variableOf(notation)), words]],
    ),
  )
  return markdownTable(['flag', 'variable', 'what it does'], rows)
}

/** `-t, --target <name>` is ASSAY_TARGET; `--no-x` is ASSAY_X=false. */
function variableOf(notation: string): string {
  const [, no, name = ''] = /--(no-)?([a-z-]+)/.exec(notation) ?? []
  const variable = `ASSAY_${name.replaceAll('-', '_').toUpperCase()}`
  return no === undefined ? variable : `${variable}=false`
}
