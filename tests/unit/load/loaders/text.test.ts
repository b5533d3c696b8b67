import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inUtf8 } from '../../../../src/load/loaders/files/text/byte-stream.ts'
import { parseCsvRecord } from '../../../../src/load/loaders/files/text/csv-record.ts'
import { withNewlines } from '../../../../src/load/loaders/files/text/line-ends.ts'
import { readCsv } from '../../../../src/load/loaders/files/text/read-csv.ts'
import { splitLines } from '../../../../src/load/loaders/files/text/split-lines.ts'

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function linesOf(text: string, size: number, maxBytes = 1000) {
  const lines = []
  const split = splitLines(chunksOf(Buffer.from(text), size), { maxBytes, hasOffsets: true })
  for await (const some of split) lines.push(...some)
  return lines
}

describe('lines', () => {
  test('are the same whatever the chunks', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '\n', '\r', '"', '😀') })
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (whole, size) => {
        const lines = await linesOf(whole, size)
        const expected = whole.split('\n')
        if (expected.at(-1) === '') expected.pop()
        expect(lines).toMatchObject(
          expected.map((line, index) => ({
            number: index + 1,
            kind: 'text',
            text: line.replace(/\r$/, ''),
          })),
        )
        for (const { offset = -1, length } of lines) {
          const found = Buffer.from(whole)
            .subarray(offset, offset + length)
            .toString()
          expect(expected).toContain(found)
        }
      }),
    )
  })

  test('that are too long are told, and the next one is whole', async () => {
    const lines = await linesOf(`${'x'.repeat(5000)}\nshort\n`, 7)
    expect(lines).toMatchObject([
      {
        number: 1,
        offset: 0,
        length: 5000,
        kind: 'too long',
        bytes: Buffer.from('x'.repeat(1024)),
      },
      { number: 2, offset: 5001, length: 5, kind: 'text', text: 'short' },
    ])
  })

  test('that are no text leave those beside them as they are', async () => {
    const bytes = Buffer.concat([
      Buffer.from('é\n\ufeff1\r\n'),
      Buffer.from([0xff, 0x0d, 0x0a]),
      Buffer.from(`${'y'.repeat(30)}\n\n😀`),
    ])
    const found = []
    for (const size of [1, 2, 3, 5, 8, 1000]) {
      const lines = []
      for await (const some of splitLines(chunksOf(bytes, size), {
        maxBytes: 20,
        hasOffsets: true,
      })) {
        lines.push(...some)
      }
      found.push(lines)
    }
    const [first] = found
    expect(first).toEqual([
      { number: 1, offset: 0, length: 2, isEnded: true, kind: 'text', text: 'é' },
      { number: 2, offset: 3, length: 5, isEnded: true, kind: 'text', text: '\ufeff1' },
      {
        number: 3,
        offset: 9,
        length: 2,
        isEnded: true,
        kind: 'not UTF-8',
        bytes: Buffer.from([0xff]),
      },
      {
        number: 4,
        offset: 12,
        length: 30,
        isEnded: true,
        kind: 'too long',
        bytes: Buffer.from('y'.repeat(30)),
      },
      { number: 5, offset: 43, length: 0, isEnded: true, kind: 'text', text: '' },
      { number: 6, offset: 44, length: 4, isEnded: false, kind: 'text', text: '😀' },
    ])
    for (const lines of found) expect(lines).toEqual(first)
  })
})

describe('ends of lines', () => {
  const converted = async (text: string, size: number, hasQuotes = true) => {
    const chunks = []
    for await (const chunk of withNewlines(chunksOf(Buffer.from(text), size), { hasQuotes })) {
      chunks.push(chunk)
    }
    return Buffer.concat(chunks).toString()
  }
  const all = async (text: string, hasQuotes = true) => {
    const found = await Promise.all(
      [1, 2, 3, 4, 1000].map((size) => converted(text, size, hasQuotes)),
    )
    return [...new Set(found)]
  }

  test('returns alone are newlines where the first line ends with one', async () => {
    expect(await all('id,v\ra,1\rb,2\r')).toEqual(['id,v\na,1\nb,2\n'])
    expect(await all('id,v\r\ra,1\r\nb,2\nc,3')).toEqual(['id,v\n\na,1\r\nb,2\nc,3'])
    expect(await all('"a\rb","c""d"\r1,"x\ny"\r')).toEqual(['"a\rb","c""d"\n1,"x\ny"\n'])
    expect(await all('{"a": "\\""}\r{"a": 2}', false)).toEqual(['{"a": "\\""}\n{"a": 2}'])
  })

  test('other texts stay as they are', async () => {
    for (const text of ['id,v\r\na\r,1\r', 'id\n"a\rb"\rc', '"a\rb"\r\r\nc\rd', 'id', '']) {
      expect(await all(text)).toEqual([text])
    }
  })
})

describe('CSV', () => {
  test('what was written is read', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', ' ') })
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1 }), (cells) => {
        const text = cells.map((each) => `"${each.replaceAll('"', '""')}"`).join(',')
        const fields = cells.map((each) => ({ text: each, isQuoted: true }))
        expect(parseCsvRecord(text, ',')).toEqual({ kind: 'fields', fields })
      }),
    )
  })

  test('a quote that never closes costs one line', async () => {
    const text = 'a,b\n1,"open\n2,two\n"3","x\ny"\n'
    const records = []
    const lines = splitLines(chunksOf(Buffer.from(text), 5), { maxBytes: 1000, hasOffsets: true })
    const options = {
      delimiter: ',',
      hasHeader: true,
      columns: ['a', 'b'],
      onMissing: () => undefined,
      maxRecordBytes: 1000,
      isEmptyNull: true,
    }
    for await (const some of readCsv(lines, options)) records.push(...some)
    expect(records).toEqual([
      {
        kind: 'dead',
        line: 2,
        offset: 4,
        reason: { code: 'invalid-csv', message: 'expected a closing quote, found none' },
        original: { encoding: 'text', text: 'a,b\n1,"open' },
      },
      { kind: 'record', line: 3, offset: 12, text: '{"a":"2","b":"two"}' },
      { kind: 'record', line: 4, offset: 18, text: '{"a":"3","b":"x\\ny"}' },
    ])
  })
})

test.each([
  ['PAR1\u0015\u0004\u0015', 'it is Parquet and no text'],
  ['\u001f\u008b\u0008', 'it is packed by gzip and its name does not say so'],
  ['PK\u0003\u0004', 'it is a zip archive or a workbook (.xlsx) and no text'],
  ['PAR1,PAR2\n1,2\n', undefined],
  ['PK,name\n1,2\n', undefined],
])('a file that begins with %j', async (text, refused) => {
  const read = async () => {
    const chunks = []
    for await (const chunk of inUtf8(chunksOf(Buffer.from(text, 'latin1'), 1000), 'utf-8')) {
      chunks.push(chunk)
    }
    return Buffer.concat(chunks).toString('latin1')
  }
  if (refused === undefined) expect(await read()).toBe(text)
  else await expect(read()).rejects.toThrow(refused)
})
