/** What stood in the way of reaching a Postgres server, in words that say what to do and never the password. */
import { DatabaseError } from 'pg'
import { ConnectionError } from '../../../core/database/database-errors.ts'
import type { PostgresTarget } from '../../../core/target.ts'

interface Reason {
  readonly found: string
  readonly hint: string
}

export function toConnectionError(error: unknown, target: PostgresTarget): ConnectionError {
  if (error instanceof ConnectionError) return error
  const place = `${target.user}@${target.host}:${target.port}/${target.database}`
  const { found, hint } = reasonOf(error, target)
  return new ConnectionError('connection-failed', `could not connect to ${place}: ${found}`, hint, {
    cause: error,
  })
}

/** A server that starts, restarts or is full for a moment; not one that says no. */
export function mayAnswerLater(error: unknown): boolean {
  if (error instanceof DatabaseError) return /^(?:57P03|53300)$/.test(error.code ?? '')
  const code = codeOf(error)
  const text = error instanceof Error ? error.message : String(error)
  return (
    ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EHOSTUNREACH', 'EAI_AGAIN'].includes(code ?? '') ||
    /timeout|terminated unexpectedly/i.test(text)
  )
}

function reasonOf(error: unknown, target: PostgresTarget): Reason {
  if (error instanceof DatabaseError) return serverReason(error, target)
  const code = codeOf(error)
  const text = error instanceof Error ? error.message : String(error)
  const { host, port } = target
  if (code === 'ECONNREFUSED') {
    return {
      found: 'nothing listens there',
      hint: 'check host and port, and that the server is running',
    }
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return { found: `there is no host "${host}"`, hint: 'check the host name' }
  }
  if (code === 'ETIMEDOUT' || code === 'EHOSTUNREACH' || /timeout/i.test(text)) {
    return {
      found: `no answer within ${target.connectTimeoutMs} ms`,
      hint: `check host and port, and that no firewall closes port ${port}`,
    }
  }
  if (/password must be a string/.test(text)) {
    return { found: 'the server asks for a password', hint: 'set `password:` of the target' }
  }
  if (/does not support SSL/i.test(text)) {
    return {
      found: 'the server does not speak TLS',
      hint: 'set `sslmode: disable`, or switch TLS on in the server',
    }
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return {
      found: `its certificate is not for "${host}"`,
      hint: 'set `host:` to a name that stands in the certificate, or `sslmode: verify-ca` to accept any name',
    }
  }
  if (isCertificateFault(code, text)) {
    return {
      found: `its certificate was refused (${text})`,
      hint: 'set `sslrootcert:` to the certificate of the authority that signed it',
    }
  }
  return { found: text === '' ? (code ?? 'no reason was given') : text, hint: 'check the target' }
}

function serverReason(error: DatabaseError, target: PostgresTarget): Reason {
  switch (error.code) {
    case '28P01':
      return {
        found: 'the password was refused',
        hint: `check \`password:\` of the target, and that user "${target.user}" exists`,
      }
    case '28000':
      return { found: error.message, hint: 'check the user, and pg_hba.conf of the server' }
    case '3D000':
      return {
        found: `there is no database "${target.database}"`,
        hint: `make it: createdb ${target.database}`,
      }
    case '53300':
      return {
        found: 'the server has no free connections',
        hint: 'lower `threads:` or raise max_connections of the server',
      }
    case undefined:
    default:
      return { found: error.message, hint: error.hint ?? 'check the target' }
  }
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

function isCertificateFault(code: string | undefined, text: string): boolean {
  const known = [
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'CERT_HAS_EXPIRED',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ]
  return (code !== undefined && known.includes(code)) || /certificate|altnames/i.test(text)
}
