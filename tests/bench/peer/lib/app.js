'use strict'

// Routes, authorization, and how Fastify is set up.

const fastify = require('fastify')
const jwt = require('@fastify/jwt')
const { Attempts } = require('./attempts')
const { watchBanks } = require('./bank')
const { handleError, invalidToken, notFound, unauthenticated } = require('./problem')
const schemas = require('./schemas')
const { openDatabase } = require('./sql')
const { estimateWeakAreas } = require('./weak_areas')

const TOKENS_KEPT = 10000
const DEFAULT_LIMIT = 20
const ROLES = new Set(['learner', 'instructor', 'admin'])

const BEARER = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i

// Verified tokens are cached by the plugin until they expire.
async function setUpTokens (app, key) {
  await app.register(jwt, {
    secret: key,
    verify: {
      algorithms: ['HS256'],
      allowedIss: 'quizd',
      allowedAud: 'quizd-api',
      requiredClaims: ['iss', 'aud', 'typ', 'sub', 'sid', 'jti', 'role', 'iat', 'exp'],
      clockTolerance: 60000,
      cache: TOKENS_KEPT
    }
  })
  app.decorateRequest('user_id', null)
  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.isPublic) {
      done()
      return
    }
    const match = BEARER.exec(request.headers.authorization ?? '')
    if (match === null) {
      done(request.headers.authorization === undefined ? unauthenticated() : invalidToken())
      return
    }
    try {
      const claims = app.jwt.verify(match[1])
      if (claims.typ !== 'access' || !ROLES.has(claims.role)) {
        throw invalidToken()
      }
      request.user_id = claims.sub
      done()
    } catch {
      done(invalidToken())
    }
  })
}

function addBankRoutes (app, banks) {
  const findBank = (slug) => {
    const bank = banks.current.bySlug.get(slug)
    if (bank === undefined) {
      throw notFound('there is no such bank')
    }
    return bank
  }
  app.get('/v1/banks/:bank', { schema: { ...schemas.getBank, querystring: schemas.noQuery } }, (request, reply) => {
    const bank = findBank(request.params.bank)
    reply.header('Cache-Control', 'private, no-cache').header('ETag', bank.tag)
    if (request.headers['if-none-match'] === bank.tag) {
      reply.status(304).send()
      return
    }
    reply.send({
      id: bank.id,
      slug: bank.slug,
      title: bank.title,
      language: bank.language,
      target: bank.target_milli / 1000,
      section_count: bank.pathIndex.size,
      question_count: bank.items.length
    })
  })
  app.get('/v1/banks/:bank/sections', { schema: { querystring: schemas.noQuery } }, (request, reply) => {
    const bank = findBank(request.params.bank)
    reply.header('Cache-Control', 'private, no-cache').header('ETag', bank.tag)
    if (request.headers['if-none-match'] === bank.tag) {
      reply.status(304).send()
      return
    }
    reply.type('application/json').send(bank.listed)
  })
}

function addAttemptRoutes (app, attempts) {
  app.post('/v1/attempts', { schema: { ...schemas.startAttempt, querystring: schemas.noQuery } }, async (request, reply) => {
    reply.status(201)
    return attempts.start(request.user_id, request.body)
  })
  app.put('/v1/attempts/:attempt_id/answers/:position', { schema: { ...schemas.putAnswer, querystring: schemas.noQuery } },
    (request) => attempts.putAnswer(request.user_id, request.params.attempt_id, Number(request.params.position), request.body))
  app.post('/v1/attempts/:attempt_id/submit', { schema: { ...schemas.submitAttempt, querystring: schemas.noQuery } },
    (request) => attempts.submit(request.user_id, request.params.attempt_id))
}

function addMeRoutes (app, database, banks) {
  app.get('/v1/me', { schema: { ...schemas.getMe, querystring: schemas.noQuery } }, async (request) => {
    const [user] = await database.query('users_get', [request.user_id])
    if (user === undefined) {
      throw notFound('there is no such user')
    }
    return user
  })
  app.get('/v1/me/weak-areas', { schema: schemas.listWeakAreas }, async (request) => {
    const { bank: slug, target, limit } = request.query
    const bank = banks.current.bySlug.get(slug)
    if (bank === undefined) {
      throw notFound('there is no such bank')
    }
    const rows = await database.query('evidence_list', [request.user_id, bank.id])
    return estimateWeakAreas(bank, rows, target === undefined ? bank.target_milli / 1000 : Number(target),
      limit === undefined ? DEFAULT_LIMIT : Number(limit))
  })
}

async function buildApp ({ pool, key }) {
  const app = fastify({
    logger: false,
    bodyLimit: 64 * 1024,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } }
  })
  const database = openDatabase(pool)
  const banks = await watchBanks(database)
  app.setErrorHandler(handleError)
  app.setNotFoundHandler((request, reply) => handleError(notFound('there is nothing at this path'), request, reply))
  await setUpTokens(app, key)
  app.get('/livez', { config: { isPublic: true } }, (request, reply) => {
    reply.type('application/json').send('{"status":"ok"}')
  })
  addBankRoutes(app, banks)
  addAttemptRoutes(app, new Attempts(database, banks))
  addMeRoutes(app, database, banks)
  app.addHook('onClose', async () => {
    banks.stop()
    await database.pool.end()
  })
  return app
}

module.exports = { buildApp }
