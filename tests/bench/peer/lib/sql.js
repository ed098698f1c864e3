'use strict'

// The database: one pool a process, and quizd's own statements as named prepared statements, so that both services ask the
// database for the same things.

const { readFileSync } = require('node:fs')
const path = require('node:path')
const pg = require('pg')

const OID = { int8: 20, timestamptz: 1184, int8Array: 1016 }

pg.types.setTypeParser(OID.int8, Number)
pg.types.setTypeParser(OID.int8Array, (text) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(Number)))
// '2026-11-23 00:05:10.123456+00' → '2026-11-23T00:05:10.123456Z': the sessions' time zone is UTC, and a Date has no microseconds.
pg.types.setTypeParser(OID.timestamptz, (text) => `${text.slice(0, 10)}T${text.slice(11, -3)}Z`)

// What a block with a line '-- calls: name type, …' reads its parameters from: the table `calls`, here of one call
// (server/tools/embed-sql).
function withCalls (calls, text) {
  const columns = calls.split(', ').map((column) => column.split(' '))
  const names = columns.map(([name]) => name).join(', ')
  const values = columns.map(([, type], i) => `$${i + 1}::${type}`).join(', ')
  const table = `WITH calls (${names}, call) AS NOT MATERIALIZED (SELECT ${values}, 1::bigint)`
  return text.startsWith('WITH ') ? `${table}, ${text.slice(5)}` : `${table} ${text}`
}

// The blocks of a .sql file by name: '-- name: attempts_get', other comment lines, the statement.
function readStatements (entity) {
  const file = path.join(__dirname, '../../../../server/store', `${entity}.sql`)
  const statements = {}
  for (const block of readFileSync(file, 'utf8').split(/^-- name: /m).slice(1)) {
    const name = block.slice(0, block.indexOf('\n')).trim()
    const text = block.slice(block.indexOf('\n')).replace(/^--.*$/gm, '').trim().replace(/;$/, '')
    const calls = /^-- calls: (.*)$/m.exec(block)
    statements[name] = { name, text: calls === null ? text : withCalls(calls[1].trim(), text) }
  }
  return statements
}

const STATEMENTS = Object.assign({}, ...['answers', 'attempts', 'banks', 'closings', 'evidence', 'users'].map(readStatements))

function openDatabase (max) {
  const pool = new pg.Pool({ max, idleTimeoutMillis: 0 })
  return {
    pool,
    async query (name, values) {
      const { text } = STATEMENTS[name]
      const result = await pool.query({ name, text, values })
      return result.rows
    }
  }
}

module.exports = { openDatabase }
