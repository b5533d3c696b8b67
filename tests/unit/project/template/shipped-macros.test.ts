/** Heads that are read by themselves say what parsing the whole file would say. */
import { describe, expect, test } from 'vitest'
import { readLibrary } from '../../../../src/project/read/read-library.ts'
import { parseMacroFile } from '../../../../src/project/template/parse-macro-file.ts'
import { shippedMacros } from '../../../../src/project/template/shipped-macros.ts'

describe('shippedMacros', () => {
  test.each(readLibrary().map((file) => [file.path, file] as const))('%s', (_, file) => {
    const whole = parseMacroFile(file, { isBuiltIn: true })
    if (!whole.ok) throw new Error(JSON.stringify(whole.diagnostics))
    const read = shippedMacros(file).map((definition) => {
      const { source, ...rest } = definition
      expect(source.path).toBe(file.path)
      return rest
    })
    expect(read).toEqual(whole.value.map(({ source: _source, ...rest }) => rest))
  })

  test('defaults in brackets and texts are no parameters', () => {
    const text =
      '{{#macro "m" "a" b=(list "x" (dict c="y")) d="(" e=true adapter="postgres"}}\n{{a}}\n{{/macro}}\n'
    const [definition] = shippedMacros({ path: 'library/macros/m.sql', text })
    expect(definition).toMatchObject({ name: 'm', adapter: 'postgres', kind: 'macro' })
    expect(definition?.parameters).toEqual(['a', 'b', 'd', 'e'])
    expect(definition?.named.map(({ name }) => name)).toEqual(['b', 'd', 'e'])
  })

  test('a file that cannot be parsed is our fault, said when one of its macros is called', () => {
    const text = '{{#macro "m" "a"}}\n{{#if a}}\n{{/macro}}\n'
    const [definition] = shippedMacros({ path: 'library/macros/m.sql', text })
    expect(() => definition?.body).toThrow(/if/)
  })
})
