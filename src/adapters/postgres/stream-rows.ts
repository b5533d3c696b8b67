/** The rows of a query as text cells by COPY, read as they are needed: memory does not grow with the result. */
import copyStreams from 'pg-copy-streams'
import type { Connection } from './connection.ts'
