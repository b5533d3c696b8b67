/** The files of the page, as the build has made them, with headers that let nothing else run in it. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ProblemError } from '../problem.ts'
import type { Route, RouteReply } from '../route.ts'

/**
 * Nothing from elsewhere, no script or style in the page itself, no text that becomes markup (trusted types: the page makes
 * none), in no other's frame.
 */
const pageHeaders = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  // Asked for each time, answered with 304: a new version is seen at once.
  'cache-control': 'no-cache',
} as const

const files = [
  { path: '/', file: 'index.html', contentType: 'text/html; charset=utf-8', id: 'Page' },
  { path: '/dashboard/page.js', file: 'page.js', contentType: 'text/javascript', id: 'Script' },
  { path: '/dashboard/page.css', file: 'page.css', contentType: 'text/css', id: 'Styles' },
  { path: '/dashboard/icon.svg', file: 'icon.svg', contentType: 'image/svg+xml', id: 'Icon' },
] as const

/** `folder` holds what `npm run build` has made of `browser/`. */
export function pageRoutes(folder: string): readonly Route[] {
  return files.map(({ path, file, contentType, id }) => {
    const read = readingOnce(join(folder, file))
    return {
      method: 'GET',
      path,
      operationId: `getDashboard${id}`,
      tag: 'dashboard',
      summary: file === 'index.html' ? 'The dashboard' : 'A part of the dashboard',
      scope: 'open',
      responses: {
        200: { description: 'The file.', contentType, schema: { type: 'string' } },
        304: { description: 'It is as the header "if-none-match" has it.' },
      },
      handle: async (request): Promise<RouteReply> => {
        const { body, etag } = await read()
        const headers = { ...pageHeaders, etag }
        const isKnown = request.header('if-none-match') === etag
        return isKnown
          ? { kind: 'content', status: 304, contentType, body: '', headers }
          : { kind: 'content', status: 200, contentType, body, headers }
      },
    }
  })
}

interface PageFile {
  readonly body: string
  readonly etag: string
}

function readingOnce(path: string): () => Promise<PageFile> {
  let file: Promise<PageFile> | undefined
  return () => (file ??= readPageFile(path))
}

async function readPageFile(path: string): Promise<PageFile> {
  try {
    const body = await readFile(path, 'utf8')
    return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` }
  } catch {
    throw new ProblemError(
      'unavailable',
      'expected the dashboard in the folder dist of the program, found that it was not built',
    )
  }
}
