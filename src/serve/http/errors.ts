/** Whatever is thrown to problem+json: what is not meant for the one who asks is said to the server's own people only. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { RoutePlugin } from '../route.ts'
import {
  type Problem,
  ProblemError,
  type ProblemCode,
  problemCodes,
  problemJson,
} from '../problem.ts'

interface Telling {
  readonly onFault: (error: unknown, requestId: string) => void
  readonly plugins: readonly RoutePlugin[]
}

export function addProblems(app: FastifyInstance, { onFault, plugins }: Telling): void {
  const methodsOf = methodsByPath(plugins)
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error)
    if (problem !== undefined) return sendProblem(request, reply, problem)
    onFault(error, request.id)
    return sendProblem(request, reply, {
      code: 'internal',
      detail: 'the logs of the server say more under the id of this request',
    })
  })
  app.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(request.url.split('?')[0] ?? '')
    if (methods.length === 0) {
      const detail = `expected a path of /openapi.json, found none for this ${request.method}`
      return sendProblem(request, reply, { code: 'not-found', detail })
    }
    return sendProblem(request, reply, {
      code: 'method-not-allowed',
      detail: `expected ${methods.join(' or ')}, found ${request.method}`,
      headers: { allow: methods.join(', ') },
    })
  })
}

function methodsByPath(plugins: readonly RoutePlugin[]): (path: string) => readonly string[] {
  const patterns = plugins
    .flatMap(({ routes }) => routes)
    .map(({ path, method }) => {
      const parts = path.split(/\{\w+\}/).map((text) => text.replaceAll(/[^\w/-]/g, '\\$&'))
      return { method, pattern: new RegExp(`^${parts.join('[^/]+')}$`) }
    })
  return (path) => [
    ...new Set(patterns.flatMap(({ method, pattern }) => (pattern.test(path) ? [method] : []))),
  ]
}

export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: Problem,
): FastifyReply {
  return reply
    .code(problemCodes[problem.code].status)
    .headers({ ...problem.headers })
    .type('application/problem+json')
    .send(JSON.stringify(problemJson(problem, request.id)))
}

/** Codes of fastify for what is wrong with a request. */
const byCode: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [
    'too-large',
    'expected a smaller body; "body_limit" says how large it may be',
  ],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'unsupported-type',
    'expected a body of the type application/json, found another one',
  ],
  FST_ERR_CTP_EMPTY_TYPE: [
    'unsupported-type',
    'expected a body of the type application/json, found none',
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'invalid-request',
    'expected as many bytes as the header "content-length" says, found others',
  ],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['invalid-request', 'expected a body of JSON, found an empty one'],
  FST_ERR_BAD_URL: ['invalid-request', 'expected a path that can be decoded, found another one'],
}

/** undefined: a fault of ours. */
function problemOf(error: unknown): Problem | undefined {
  if (error instanceof ProblemError) return error.problem
  if (!(error instanceof Error)) return undefined
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const known = byCode[code]
  if (known !== undefined) return { code: known[0], detail: known[1] }
  if ('validation' in error && Array.isArray(error.validation)) {
    const where = 'validationContext' in error ? String(error.validationContext) : 'body'
    return {
      code: 'invalid-request',
      detail: `expected the ${where === 'querystring' ? 'query' : where} to be as the schema says, found that it is not`,
      more: { errors: error.validation.map((fault) => faultJson(fault)) },
    }
  }
  // The library refuses it for a reason of HTTP itself.
  const status = 'statusCode' in error ? Number(error.statusCode) : 500
  if (status < 400 || status >= 500) return undefined
  return { code: 'invalid-request', detail: 'expected a request of HTTP, found a fault in it' }
}

/** Only what the schema says, and where: not what was sent. */
function faultJson(fault: unknown) {
  if (typeof fault !== 'object' || fault === null) return {}
  const path = 'instancePath' in fault ? String(fault.instancePath) : ''
  const message = 'message' in fault ? String(fault.message) : ''
  return { path, message }
}
