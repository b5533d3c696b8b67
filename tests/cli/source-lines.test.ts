/** The code frame of a fault in `--inline` shows the text of the flag; that of a file shows the file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sourceLineReader } from '../../src/cli/source-lines.ts'

test('lines of files, of --inline, and of nothing', () => {
  const root = mkdtempSync(join(tmpdir(), 'assay-lines-'))
  writeFileSync(join(root, 'a.sql'), '\ufeffone\r\ntwo')
  writeFileSync(join(root, 'assay.yml'), 'name: p\npasswrod: hunter2\n')
  const readLine = sourceLineReader({ root, inline: 'select\n  x' })
  const lines = [
    readLine('a.sql', 1),
    readLine('a.sql', 2),
    readLine('a.sql', 3),
    readLine('inline', 2),
    readLine('gone.sql', 1),
    readLine('assay.yml', 2),
  ]
  rmSync(root, { recursive: true })
  expect(lines).toEqual(['one', 'two', undefined, '  x', undefined, 'passwrod: *****'])
  expect(sourceLineReader({ root, inline: undefined })('inline', 1)).toBe(undefined)
})
