/** A Markdown page to what a test needs of it: its fenced blocks, its links and the anchors of its headings. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { globSync } from 'tinyglobby'
import { type FlagshipPart, flagshipParts } from '../support/copy-flagship.ts'

export const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** Every page that people read, relative to the repository. */
export const pages: readonly string[] = globSync(
  ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'docs/**/*.md'],
  { cwd: repository },
).sort()

export interface Block {
  readonly kind: 'file' | 'console' | 'new project' | 'flagship'
  /** Of a file: where it is written. */
  readonly path: string
  /** Between the fences. */
  readonly text: string
  /** Of a console: the exit code of its last command. */
  readonly exitCode: number
  /** Of a console: the one database it is about; empty: every one. */
  readonly adapter: string
  /** Of the flagship: the parts of it that the example is about; none: all of it. */
  readonly parts: readonly FlagshipPart[]
  /** Where `text` stands in the page. */
  readonly start: number
}

export function readPage(path: string): string {
  return readFileSync(join(repository, path), 'utf8')
}

/** Blocks marked `title=models/a.sql` or `console`, and the comments `<!-- example: .. -->`, in order. */
export function blocksOf(markdown: string): readonly Block[] {
  const pattern =
    /^```(?<info>[^\n]*)\n(?<text>[\s\S]*?)^```$|^<!-- example: (?<mark>new project|flagship)(?<parts>[a-z ]*) -->$/gm
  return [...markdown.matchAll(pattern)].flatMap((match): readonly Block[] => {
    const { info = '', text = '', mark, parts = '' } = match.groups ?? {}
    const start = match.index + '```'.length + info.length + 1
    const attribute = (name: string) => new RegExp(`\\b${name}=(\\S+)`).exec(info)?.[1]
    const path = attribute('title') ?? ''
    const block = {
      path,
      text,
      start,
      exitCode: Number(attribute('exit') ?? 0),
      adapter: attribute('adapter') ?? '',
      parts: flagshipParts.filter((part) => parts.split(' ').includes(part)),
    }
    if (mark === 'new project' || mark === 'flagship') return [{ ...block, kind: mark }]
    if (info.startsWith('console')) return [{ ...block, kind: 'console' }]
    return path === '' ? [] : [{ ...block, kind: 'file' }]
  })
}

/** What `[..](here)` and `src="here"` name; nothing inside code. */
export function linksOf(markdown: string): readonly string[] {
  const prose = withoutCode(markdown)
  const found = prose.matchAll(/\]\(([^()\s]+)\)|\b(?:src|srcset|href)="([^"]+)"/g)
  return [...found].map(([, link = '', attribute = '']) => link || attribute)
}

/** As GitHub makes them from headings. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const headings = withoutFences(markdown).matchAll(/^#{1,6} (.+)$/gm)
  const seen = new Map<string, number>()
  return new Set(
    [...headings].map(([, heading = '']) => {
      const plain = heading.replaceAll(/[`*]/g, '').replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      const slug = plain
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-')
      const count = seen.get(slug) ?? 0
      seen.set(slug, count + 1)
      return count === 0 ? slug : `${slug}-${count}`
    }),
  )
}

function withoutFences(markdown: string): string {
  return markdown.replaceAll(/^```[\s\S]*?^```$/gm, '')
}

function withoutCode(markdown: string): string {
  return withoutFences(markdown).replaceAll(/`[^`\n]*`/g, '')
}
