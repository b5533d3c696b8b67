/** How files are compiled: each with all it imports of the project in one file, npm packages left for node to load. */
import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BuildOptions, OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from 'esbuild'

/** What a project imports the framework by. */
export const frameworkName = 'assay'
/** What stands for it in compiled text. */
export const frameworkScheme = 'assay:framework'
const packageScheme = 'assay-package:'

export interface ImportedPackages {
  /** From what stands in the compiled text to what node loads. */
  readonly urls: Map<string, string>
  /** package.json files, absolute: another version is other code. */
  readonly manifests: Set<string>
}

/** `outputFolder`: absolute; nothing is written there. */
export function esbuildOptions(
  root: string,
  outputFolder: string,
  packages: ImportedPackages,
): BuildOptions {
  return {
    absWorkingDir: root,
    outdir: outputFolder,
    bundle: true,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    platform: 'node',
    target: 'node20.19',
    charset: 'utf8',
    write: false,
    metafile: true,
    sourcemap: 'external',
    // So that formatting and comments are no part of what is compared.
    minifyWhitespace: true,
    legalComments: 'none',
    // Settings of the project's own tools must not change what a model does.
    tsconfigRaw: {},
    logLevel: 'silent',
    plugins: [importsOfPackages(root, packages)],
  }
}

function importsOfPackages(root: string, packages: ImportedPackages): Plugin {
  return {
    name: 'imports-of-packages',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, (imported) =>
        resolvePackage(build, imported, { root, packages }),
      )
    },
  }
}

async function resolvePackage(
  build: PluginBuild,
  { path, kind, importer, resolveDir, pluginData }: OnResolveArgs,
  { root, packages }: { readonly root: string; readonly packages: ImportedPackages },
): Promise<OnResolveResult | undefined> {
  if (kind === 'entry-point' || pluginData === 'resolved') return undefined
  if (path === frameworkName) return { path: frameworkScheme, external: true }
  if (isBuiltin(path))
    return { path: path.startsWith('node:') ? path : `node:${path}`, external: true }
  const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: 'resolved' })
  if (found.errors.length > 0 || found.external) return { ...found }
  // Node loads no TypeScript: a package of sources is compiled with the project.
  if (!/[\\/]node_modules[\\/]/.test(found.path) || /\.[cm]?tsx?$/.test(found.path)) {
    return { path: found.path, namespace: found.namespace, sideEffects: found.sideEffects }
  }
  const manifest = findManifest(dirname(found.path))
  const place = relative(root, found.path).replaceAll('\\', '/')
  const name = `${packageScheme}${place}${manifest === undefined ? '' : `@${manifest.version}`}`
  if (manifest !== undefined) packages.manifests.add(manifest.path)
  packages.urls.set(name, pathToFileURL(found.path).href)
  return { path: name, external: true }
}

function findManifest(
  folder: string,
): { readonly path: string; readonly version: string } | undefined {
  const path = join(folder, 'package.json')
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof content === 'object' && content !== null && 'version' in content) {
      return { path, version: String(content.version) }
    }
  } catch {
    // One further up, then.
  }
  const above = dirname(folder)
  return above === folder || folder.endsWith('node_modules') ? undefined : findManifest(above)
}
