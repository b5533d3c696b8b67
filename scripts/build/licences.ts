/** The packages that are part of what is built to the file that holds their licences. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Metafile } from 'esbuild'

const fileName = 'LICENSES-OF-PACKAGES'

/** Into `folder`. A package whose terms cannot be found throws. */
export function writeLicences(root: string, folder: string, built: readonly Metafile[]): void {
  const inputs = built.flatMap(({ inputs: each }) => Object.keys(each))
  const packages = new Set(inputs.map(packageFolder).filter((path) => path !== undefined))
  const licences = [...packages].sort().map((path) => licenceOf(join(root, path)))
  writeFileSync(
    join(folder, fileName),
    ['What these files hold of other packages is under their licences.\n', ...licences].join(
      `\n${'-'.repeat(80)}\n\n`,
    ),
  )
}

/** The innermost, of packages that bring packages of their own. */
function packageFolder(input: string): string | undefined {
  return /^(?:[^:]*[\\/])?node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(input)?.[0]
}

function licenceOf(folder: string): string {
  const { name, version, license }: Record<'name' | 'version' | 'license', string> = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  )
  const terms = termsIn(folder)
  if (terms === undefined) throw new Error(`expected the terms of ${name} in ${folder}, found none`)
  return `${name} ${version} (${license})\n\n${terms.trim()}\n`
}

/** Some packages have them in their readme. */
function termsIn(folder: string): string | undefined {
  const file = readdirSync(folder).find((name) => /^licen[cs]e(?:\.(?:md|txt))?$/i.test(name))
  if (file !== undefined) return readFileSync(join(folder, file), 'utf8')
  const readme = join(folder, 'README.md')
  if (!existsSync(readme)) return undefined
  return /^#+ *licen[cs]e\s*$(.+)/ims.exec(readFileSync(readme, 'utf8'))?.[1]
}
