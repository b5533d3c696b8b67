/** Every link of a page leads somewhere in the repository, and its lines can be read in an editor. */
import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
import { anchorsOf, linksOf, pages, readPage, repository } from './pages.ts'

const longestLine = 130

describe.each(pages)('%s', (page) => {
  const markdown = readPage(page)

  test('links resolve', () => {
    const inside = linksOf(markdown).filter((link) => !/^(?:https?|mailto):/.test(link))
    expect(inside.filter((link) => !leadsSomewhere(page, link))).toEqual([])
  })

  test('lines are not too long', () => {
    const lines = markdown.replaceAll(/^```[\s\S]*?^```$/gm, '').split('\n')
    const long = lines.filter((line) => line.length > longestLine && !line.startsWith('|'))
    expect(long).toEqual([])
  })

  test('rows of a table have as many cells as its head', () => {
    const lines = markdown.replaceAll(/^```[\s\S]*?^```$/gm, '').split('\n')
    const uneven = lines.filter((line, index) => {
      const before = lines[index - 1] ?? ''
      return line.startsWith('|') && before.startsWith('|') && cells(line) !== cells(before)
    })
    expect(uneven).toEqual([])
  })
})

test('there are pages', () => {
  expect(pages.length).toBeGreaterThanOrEqual(13)
})

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', anchor = ''] = link.split('#')
  const target = path === '' ? page : normalize(join(dirname(page), path))
  if (!existsSync(join(repository, target))) return false
  return anchor === '' || anchorsOf(readPage(target)).has(anchor)
}

/** `\|` is a character, not a border. */
function cells(row: string): number {
  return row.replaceAll(/\\\|/g, '').split('|').length
}
