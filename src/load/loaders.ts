/** The loaders there are: adding one is a file of the known shape and a line here. */
import type { LoaderName } from '../core/load/load.ts'
import type { Loader } from './loader.ts'

export async function loaderOf(name: LoaderName): Promise<Loader> {
  switch (name) {
    case 'files':
      return (await import('./loaders/files/files.ts')).files
    case 'events':
      return (await import('./loaders/events/events.ts')).events
    default:
      return name
  }
}
