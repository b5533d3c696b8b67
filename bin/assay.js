#!/usr/bin/env node
/** Starts the command line: checks Node, answers --version by itself, loads the rest when it is needed. */
import { existsSync, readFileSync } from 'node:fs'
import module from 'node:module'

const oldest = [20, 19]
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const entry = new URL('../dist/cli/main.js', import.meta.url)

if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  fail(`expected Node ${oldest.join('.')} or later, found ${process.versions.node}`)
} else if (isVersionAsked()) {
  process.stdout.on('error', () => {})
  process.stdout.write(`assay ${readVersion()}\n`)
} else if (!existsSync(entry)) {
  fail(
    'expected the compiled program in dist/, found none',
    'run "npm ci" (or "npm run build") first',
  )
} else {
  try {
    // V8 compiles what runs often once more, to run faster: most commands are over before that pays. From Node 22 on it
    // waits by itself, and has no such flag.
    if (major < 22) (await import('node:v8')).setFlagsFromString('--interrupt-budget=540000')
    // Exists from Node 22.1; keeps compiled code between starts.
    module.enableCompileCache?.()
    const { runProcess } = await import(entry.href)
    await runProcess(readVersion())
  } catch (error) {
    failToStart(error)
  }
}

function isVersionAsked() {
  return process.argv.length === 3 && ['--version', '-v', '-V'].includes(process.argv[2])
}

function readVersion() {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version
}

/** What happens later is said by the command line itself. */
function failToStart(error) {
  if (error.syscall === 'uv_cwd') {
    fail('expected a working folder, found that it was removed', 'change to one that exists')
  } else {
    fail(process.env.ASSAY_DEBUG ? error.stack : error.message, 'this is a bug in assay')
  }
}

/** @param {string} message @param {string} [hint] */
function fail(message, hint) {
  process.stderr.write(`error: ${message}\n${hint === undefined ? '' : `  = hint: ${hint}\n`}`)
  process.exitCode = 2
}
