'use strict'

// The peer that the benchmark compares quizd with: the service a competent team would write instead, on Node, Fastify and pg.
// It serves the endpoints of the benchmark on the same schema, by the same statements (read from server/store/*.sql), with
// the same checks and replies, and is tuned as such a team would: a process for each core, one pool each, named prepared
// statements, compiled schemas both ways, the bank and the papers of attempts in memory, serialized section lists.
//
//   PGHOST, PGUSER, PGDATABASE   the database
//   PEER_PORT, PEER_KEY_FILE     where to listen on 127.0.0.1; the file with quizd's signing key
//   PEER_WORKERS, PEER_POOL      processes (0: no cluster), connections in the pool of each

const cluster = require('node:cluster')
const { readFileSync } = require('node:fs')
const { buildApp } = require('./lib/app')

const workers = Number(process.env.PEER_WORKERS ?? 2)
const options = {
  port: Number(process.env.PEER_PORT ?? 8081),
  pool: Number(process.env.PEER_POOL ?? 8),
  key: Buffer.from(readFileSync(process.env.PEER_KEY_FILE, 'utf8').trim(), 'hex')
}

async function serve () {
  const app = await buildApp(options)
  await app.listen({ host: '127.0.0.1', port: options.port })
  process.on('SIGTERM', () => app.close().then(() => process.exit(0)))
}

function supervise () {
  let listening = 0
  cluster.on('listening', () => {
    listening += 1
    if (listening === workers) {
      console.log('ready')
    }
  })
  cluster.on('exit', () => process.exit(1))
  for (let i = 0; i < workers; i++) {
    cluster.fork()
  }
  process.on('SIGTERM', () => {
    cluster.removeAllListeners('exit')
    for (const worker of Object.values(cluster.workers)) {
      worker.kill('SIGTERM')
    }
    process.exitCode = 0
  })
}

if (workers > 0 && cluster.isPrimary) {
  supervise()
} else {
  serve().then(() => {
    if (!cluster.isWorker) {
      console.log('ready')
    }
  })
}
