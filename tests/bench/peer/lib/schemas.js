'use strict'

// The schemas of requests (checked) and replies (compiled to serializers).

const text = { type: 'string' }
const integer = { type: 'integer' }
const number = { type: 'number' }
const boolean = { type: 'boolean' }
const nullableText = { type: 'string', nullable: true }
const list = (items) => ({ type: 'array', items })
const object = (properties, more) => ({ type: 'object', properties, ...more })
const strict = (properties, required) => object(properties, { required, additionalProperties: false })

// Requests

const uuid = { type: 'string', pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' }
const slug = { type: 'string', minLength: 1, maxLength: 64 }
const partId = { type: 'string', minLength: 1, maxLength: 16 }

const attemptPath = strict({ attempt_id: uuid }, ['attempt_id'])
const answerPath = strict({ attempt_id: uuid, position: { type: 'string', pattern: '^([1-9][0-9]?|100)$' } },
  ['attempt_id', 'position'])
const startBody = strict({
  bank: slug,
  mode: { enum: ['practice'] },
  sections: { type: 'array', minItems: 1, maxItems: 50, items: text },
  size: { type: 'integer', minimum: 1, maximum: 100 },
  feedback: { enum: ['immediate', 'deferred'] },
  seed: { type: 'string', minLength: 1, maxLength: 64 }
}, ['bank', 'mode'])
const answerBody = strict({
  response: strict({
    choices: { type: 'array', maxItems: 10, items: partId },
    number,
    text: { type: 'string', maxLength: 500 },
    order: { type: 'array', maxItems: 12, items: partId },
    pairs: { type: 'object', maxProperties: 12, additionalProperties: partId }
  }, []),
  revision: { type: 'integer', minimum: 1, maximum: 2147483647 },
  flagged: boolean
}, ['response', 'revision'])
// Query parameters arrive as text; `target` and `limit` are made numbers by the handler.
const weakAreasQuery = strict({
  bank: slug,
  target: { type: 'string', pattern: '^(0\\.[0-9]{1,3}|1)$' },
  limit: { type: 'string', pattern: '^([1-9][0-9]?|100)$' }
}, ['bank'])

// Replies

const part = object({ id: text, text })
const question = object({
  id: text,
  version: integer,
  type: text,
  section: text,
  stem: text,
  difficulty: integer,
  options: list(part),
  unit: text,
  items: list(part),
  premises: list(part),
  choices: list(part),
  scoring: object({ rule: text, penalty: number, certainty: boolean })
})
const feedback = object({
  correct: boolean,
  credit: number,
  explanation: text,
  options: list(object({ id: text, correct: boolean, feedback: text })),
  number,
  accepted: list(text),
  order: list(text),
  pairs: object({}, { additionalProperties: text })
})
const response = object({
  choices: list(text),
  number,
  text,
  order: list(text),
  pairs: object({}, { additionalProperties: text })
})
const answer = object({
  position: integer,
  revision: integer,
  response,
  certainty: { type: 'integer', nullable: true },
  flagged: boolean,
  recorded_at: text,
  feedback: { ...feedback, nullable: true }
})
const item = object({ position: integer, question, answer: { ...answer, nullable: true }, feedback })
const attempt = object({
  id: text,
  bank: text,
  mode: text,
  state: text,
  feedback: text,
  seed: text,
  started_at: text,
  deadline_at: nullableText,
  submitted_at: nullableText,
  rules: object({
    exam: nullableText,
    certainty: boolean,
    penalty: number,
    feedback_when: text,
    feedback_show: list(text),
    pass_scaled: { type: 'integer', nullable: true },
    closes_at: nullableText
  }),
  items: list(item)
})
const result = object({
  id: text,
  bank: text,
  state: text,
  submitted_at: text,
  score: object({ raw: number, max: number, scaled: number, passed: { type: 'boolean', nullable: true }, estimate: { type: 'object', nullable: true } }),
  sections: list(object({ id: text, path: text, title: text, credit: number, max: number })),
  items: list(item)
})
const weakAreas = object({
  target: number,
  model: text,
  data: list(object({
    section: object({ id: text, path: text, title: text }),
    label: text,
    estimate: object({ mean: number, low: number, high: number, probability_below_target: number }),
    evidence: object({ answers: integer, correct: integer, last_answered_at: nullableText }),
    expected_gain: number,
    why: text,
    read: object({ section_id: text, anchor: text, lines: list(integer), excerpt: text }),
    next: object({ bank: text, mode: text, sections: list(text), size: integer })
  }))
})
const user = object({ id: text, email: text, display_name: text, role: text, created_at: text })
const bank = object({
  id: text,
  slug: text,
  title: text,
  language: text,
  target: number,
  section_count: integer,
  question_count: integer
})

module.exports = {
  putAnswer: { params: answerPath, body: answerBody, response: { 200: answer } },
  startAttempt: { body: startBody, response: { 201: attempt } },
  submitAttempt: { params: attemptPath, response: { 200: result } },
  listWeakAreas: { querystring: weakAreasQuery, response: { 200: weakAreas } },
  getMe: { response: { 200: user } },
  getBank: { response: { 200: bank } },
  noQuery: strict({}, [])
}
