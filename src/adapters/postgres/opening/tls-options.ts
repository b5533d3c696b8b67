/** A target's `sslmode` and `sslrootcert` to what the driver is told about TLS. */
import { readFileSync } from 'node:fs'
import { checkServerIdentity, type ConnectionOptions } from 'node:tls'
import { ConnectionError } from '../../../core/database/database-errors.ts'
import { never } from '../../../core/never.ts'
import type { PostgresTarget } from '../../../core/target.ts'

/** Throws a `ConnectionError` when the certificates cannot be read. */
export function tlsOptions(target: PostgresTarget): ConnectionOptions | false {
  const { sslMode = 'disable', host } = target
  switch (sslMode) {
    case 'disable':
      return false
    case 'require':
      return { rejectUnauthorized: false, ...ownCertificate(target) }
    case 'verify-ca':
      return {
        rejectUnauthorized: true,
        checkServerIdentity: () => undefined,
        ...trusted(target),
        ...ownCertificate(target),
      }
    case 'verify-full':
      return {
        rejectUnauthorized: true,
        // Left to itself node would compare the certificate of a host given by address with "localhost".
        checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
        ...trusted(target),
        ...ownCertificate(target),
      }
    default:
      return never(sslMode)
  }
}

function trusted({ sslRootCert }: PostgresTarget): Pick<ConnectionOptions, 'ca'> {
  return sslRootCert === undefined ? {} : { ca: readPem('sslrootcert', sslRootCert) }
}

/** For servers that ask the client who it is. */
function ownCertificate({
  sslCert,
  sslKey,
}: PostgresTarget): Pick<ConnectionOptions, 'cert' | 'key'> {
  return {
    ...(sslCert === undefined ? {} : { cert: readPem('sslcert', sslCert) }),
    ...(sslKey === undefined ? {} : { key: readPem('sslkey', sslKey) }),
  }
}

function readPem(key: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error)
    throw new ConnectionError(
      'connection-failed',
      `could not read \`${key}:\` of the target: ${because}`,
      'give the path of a PEM file, relative to the project',
    )
  }
}
