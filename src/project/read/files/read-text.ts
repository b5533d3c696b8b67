/** A file to its text and checksum, or the diagnostic that says why it could not be read. */
import { isUtf8 } from 'node:buffer'
import { hash } from 'node:crypto'
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import { errorCode } from '../../../core/system/error-code.ts'

export interface FileText {
  readonly ok: true
  /** Without a byte order mark. */
  readonly text: string
  /** SHA-256 of the text, hex. */
  readonly checksum: string
}

export interface FileFault {
  readonly ok: false
  readonly diagnostic: Diagnostic
}

const expected = 'a readable UTF-8 file'

export function readText(root: string, path: string): FileText | FileFault {
  let bytes: Buffer
  try {
    bytes = readBytes(`${root}/${path}`)
  } catch (error) {
    return unreadable(path, { expected, found: reasonOf(error), hint: hintFor(error) })
  }
  if (!isUtf8(bytes)) {
    return unreadable(path, { expected, found: 'another encoding', hint: 'save the file as UTF-8' })
  }
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const content = hasMark ? bytes.subarray(3) : bytes
  return { ok: true, text: content.toString('utf8'), checksum: hash('sha256', content) }
}

/**
 * One buffer for all files: an allocation and an `fstat` for each of thousands of small files take longer than reading
 * them. What is in it is only good until the next call.
 */
const scratch = Buffer.allocUnsafeSlow(64 * 1024)

function readBytes(file: string): Buffer {
  const descriptor = openSync(file, 'r')
  try {
    const length = readSync(descriptor, scratch, 0, scratch.length, 0)
    if (length < scratch.length) return scratch.subarray(0, length)
  } finally {
    closeSync(descriptor)
  }
  return readFileSync(file)
}

interface Reason {
  readonly expected: string
  readonly found: string
  readonly hint?: string | undefined
}

export function unreadable(path: string, { expected, found, hint }: Reason): FileFault {
  const diagnostic = errorDiagnostic({
    code: 'unreadable-file',
    message: `expected ${expected}, found ${found}`,
    span: { path, line: 1, column: 1, length: 1 },
    hint,
  })
  return { ok: false, diagnostic }
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'no permission to read it'],
  ['EPERM', 'no permission to read it'],
  ['ENOENT', 'no such file'],
  ['EISDIR', 'a folder'],
  ['ELOOP', 'symbolic links in a circle'],
])

/** The operating system's reason, without its code and without the path. */
export function reasonOf(error: unknown): string {
  const known = reasons.get(errorCode(error) ?? '')
  if (known !== undefined) return known
  return error instanceof Error ? `"${error.message}"` : 'an unknown error'
}

function hintFor(error: unknown): string | undefined {
  const code = errorCode(error)
  if (code === 'EACCES' || code === 'EPERM') return 'allow it with chmod u+r'
  return code === 'ENOENT' ? 'the symbolic link points nowhere: mend or remove it' : undefined
}
