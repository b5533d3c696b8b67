/** Why a request is refused, as `application/problem+json` (RFC 9457): nothing in it comes from SQL, paths or secrets. */
import type { Json, JsonObject } from '../core/json.ts'

/** Stable: clients may go by them. */
export const problemCodes = {
  'invalid-request': { status: 400, title: 'The request is not as the schema says' },
  unauthorized: { status: 401, title: 'A valid key is needed' },
  forbidden: { status: 403, title: 'The key may not do this' },
  'foreign-origin': { status: 403, title: 'Pages of this origin may not ask' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'method-not-allowed': { status: 405, title: 'The path takes other methods' },
  conflict: { status: 409, title: 'It is not in a state that allows this' },
  'too-large': { status: 413, title: 'The body is too large' },
  'unsupported-type': { status: 415, title: 'The body is of another type than expected' },
  misdirected: { status: 421, title: 'The server is not called this' },
  rejected: { status: 422, title: 'None of it could be taken' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something went wrong in the server' },
  draining: { status: 503, title: 'The server is about to stop' },
  unavailable: { status: 503, title: 'It cannot be done at the moment' },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly title: string }>>

export type ProblemCode = keyof typeof problemCodes

export interface Problem {
  readonly code: ProblemCode
  /** Of this request: expected first, found second. */
  readonly detail: string
  /** More members of the document. */
  readonly more?: JsonObject
  readonly headers?: Readonly<Record<string, string>>
}

export class ProblemError extends Error {
  readonly problem: Problem
  constructor(code: ProblemCode, detail: string, more?: Omit<Problem, 'code' | 'detail'>) {
    super(detail)
    this.name = 'ProblemError'
    this.problem = { code, detail, ...more }
  }
}

export function problemJson({ code, detail, more }: Problem, requestId: string): JsonObject {
  const { status, title } = problemCodes[code]
  return {
    type: `urn:assay:problem:${code}`,
    title,
    status,
    code,
    detail,
    request_id: requestId,
    ...more,
  }
}

/** Of an answer that is a problem. */
export const problemSchema: JsonObject = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail', 'request_id'],
  properties: {
    type: { type: 'string', description: 'urn:assay:problem: and the code.' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(problemCodes) satisfies readonly Json[] },
    detail: { type: 'string', description: 'What was expected, and what was found.' },
    request_id: { type: 'string', description: 'As in the logs of the server.' },
  },
  additionalProperties: true,
}
