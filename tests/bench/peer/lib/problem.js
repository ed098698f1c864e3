'use strict'

// Errors as application/problem+json.

const { STATUS_CODES } = require('node:http')

class Problem extends Error {
  constructor (status, code, detail, errors) {
    super(detail)
    this.status = status
    this.code = code
    this.errors = errors
  }
}

const notFound = (detail) => new Problem(404, 'not_found', detail)
const conflict = (code, detail) => new Problem(409, code, detail)
const unauthenticated = () => new Problem(401, 'unauthenticated', 'this needs an access token')
const invalidToken = () => new Problem(401, 'invalid_token', 'the access token is not valid')

function invalidInput (errors) {
  return new Problem(422, 'invalid_input', errors[0].detail, errors)
}

function fromFastify (error) {
  if (error instanceof Problem) {
    return error
  }
  if (error.validation) {
    const errors = error.validation.map((fault) => ({ pointer: fault.instancePath, code: fault.keyword, detail: fault.message }))
    return error.validationContext === 'params' ? notFound('there is nothing at this path') : invalidInput(errors)
  }
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new Problem(415, 'unsupported_media_type', 'the body must be application/json')
  }
  return error.statusCode === 400
    ? new Problem(400, 'malformed_json', 'the body is not JSON')
    : new Problem(500, 'internal', 'something went wrong on our side')
}

function handleError (error, request, reply) {
  const problem = fromFastify(error)
  if (problem.status === 500) {
    console.error(error)
  }
  if (problem.status === 401) {
    reply.header('WWW-Authenticate', 'Bearer')
  }
  reply.status(problem.status).type('application/problem+json').serializer(JSON.stringify).send({
    type: 'about:blank',
    title: STATUS_CODES[problem.status],
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    request_id: request.id,
    errors: problem.errors ?? []
  })
}

module.exports = { conflict, handleError, invalidInput, invalidToken, notFound, unauthenticated }
