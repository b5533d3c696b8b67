/** Lines that cannot be read at all, as dead letters keep them. */
import type { DeadReason, Original } from '../../../records/dead-record.ts'
import { HalfWrittenError } from '../file-errors.ts'
import type { Line } from './split-lines.ts'

export interface BrokenLine {
  readonly reason: DeadReason
  readonly original: Original
}

/** Throws a `HalfWrittenError` where the last line may be on its way still. */
export function brokenLine(
  line: Exclude<Line, { readonly kind: 'text' }>,
  maxRecordBytes: number,
): BrokenLine {
  const { kind, bytes, length, isEnded, number } = line
  if (kind === 'not UTF-8') {
    if (!isEnded) throw new HalfWrittenError(number)
    return {
      reason: { code: 'invalid-encoding', message: 'expected UTF-8, found other bytes' },
      original: { encoding: 'base64', text: bytes.toString('base64') },
    }
  }
  return {
    reason: {
      code: 'record-too-long',
      message: `expected a record of at most ${maxRecordBytes} bytes, found one of ${length}`,
    },
    original: { encoding: 'cut', text: beginning(bytes) },
  }
}

/** Up to the last whole character. */
function beginning(bytes: Buffer): string {
  return bytes
    .toString('utf8')
    .replaceAll('\0', '')
    .replace(/\uFFFD+$/, '')
}
