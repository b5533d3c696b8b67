/** Small packages that become part of the program's own files: to find them in node_modules takes longer than to run them. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { OnLoadResult, Plugin } from 'esbuild'

export function inlinedPackages(): Plugin {
  return {
    name: 'inlined-packages',
    setup(bundler) {
      const { resolve } = createRequire(import.meta.url)
      const commonJs = /^(?:commander|handlebars\/.*|picomatch)$/
      bundler.onResolve({ filter: commonJs }, ({ path }) => ({ path: resolve(path) }))
      bundler.onResolve({ filter: /^(?:fdir|tinyglobby)$/ }, ({ path }) => ({
        path: fileURLToPath(import.meta.resolve(path)),
        sideEffects: false,
      }))
      bundler.onLoad({ filter: /[\\/]commander[\\/].*\.js$/ }, changed(withLateBuiltins))
      bundler.onLoad({ filter: /[\\/]fdir[\\/].*\.mjs$/ }, changed(withoutOwnMatcher))
    },
  }
}

function changed(change: (text: string) => string): (file: { path: string }) => OnLoadResult {
  return ({ path }) => ({ contents: change(readFileSync(path, 'utf8')) })
}

/**
 * One of its files brings the modules for processes and networks, for commands that are programs of their own, which
 * takes longer than all the rest of it.
 */
function withLateBuiltins(text: string): string {
  const get = (name: string) => `process.getBuiltinModule('${name}')`
  const spawn = `{ spawn: (...given) => ${get('node:child_process')}.spawn(...given) }`
  return text
    .replace(/^const process = require\('node:process'\);$/m, '')
    .replaceAll("require('node:child_process')", spawn)
    .replaceAll(/require\('(node:\w+)'\)/g, (_, name: string) => get(name))
}

/** It looks for picomatch in node_modules, for globs of its own: tinyglobby gives it functions. */
function withoutOwnMatcher(text: string): string {
  const found = /^try \{\s*__require\.resolve\("picomatch"\);[^}]*\} catch \{\}$/m
  if (!found.test(text)) throw new Error('expected fdir to look for picomatch, found another fdir')
  return text.replace(found, '')
}
