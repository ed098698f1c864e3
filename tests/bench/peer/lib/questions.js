'use strict'

// Whether a response fits its question, what it is worth (in thousandths), and what learners see of a question.

const { createRandom, shuffle } = require('./random')

const KEYS = {
  single_choice: 'choices',
  multiple_choice: 'choices',
  true_false: 'choices',
  numeric: 'number',
  short_text: 'text',
  ordering: 'order',
  matching: 'pairs'
}
const FULL = 1000
const REPRESENTATION_ERROR = 1e-12

const normalize = (text) => text.normalize('NFKC').trim().replace(/\s+/g, ' ')
const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

// '*' stands for any run of characters, '\*' for an asterisk.
function compileAccepted (text, isCaseSensitive) {
  const parts = normalize(text).split(/(?<!\\)\*/).map((part) => escape(part.replaceAll('\\*', '*')))
  return new RegExp(`^${parts.join('.*')}$`, isCaseSensitive ? 'su' : 'siu')
}

// What is needed of a question again and again, made once.
function prepareQuestion (body) {
  const parts = body.options ?? body.items ?? body.premises ?? []
  const feedback = { explanation: body.explanation }
  if (parts.length > 0) {
    feedback.options = parts.map(({ id, correct, feedback }) => ({ id, correct, feedback }))
  }
  if (body.type === 'numeric') feedback.number = body.number.value
  if (body.type === 'short_text') feedback.accepted = body.accepted.map(({ text }) => text)
  if (body.type === 'ordering') feedback.order = body.order
  if (body.type === 'matching') feedback.pairs = body.pairs
  return {
    ...body,
    key: KEYS[body.type],
    partIds: new Set(parts.map(({ id }) => id)),
    choiceIds: new Set((body.choices ?? []).map(({ id }) => id)),
    rightIds: new Set((body.options ?? []).filter(({ correct }) => correct).map(({ id }) => id)),
    patterns: (body.accepted ?? []).map(({ text }) => compileAccepted(text, body.case_sensitive)),
    shown: parts.map(({ id, text }) => ({ id, text })),
    shownChoices: (body.choices ?? []).map(({ id, text }) => ({ id, text })),
    feedback
  }
}

const fault = (pointer, code, detail) => ({ pointer: `/response${pointer}`, code, detail })

function checkIds (member, ids, known) {
  const faults = []
  const named = new Set()
  ids.forEach((id, i) => {
    if (!known.has(id)) {
      faults.push(fault(`/${member}/${i}`, 'not_found', 'the question has no such id'))
    } else if (named.has(id)) {
      faults.push(fault(`/${member}/${i}`, 'duplicate', 'the id is named twice'))
    }
    named.add(id)
  })
  return faults
}

function checkPairs (question, pairs) {
  const faults = []
  for (const [premise, choice] of Object.entries(pairs)) {
    if (!question.partIds.has(premise)) {
      faults.push(fault(`/pairs/${premise}`, 'not_found', 'the question has no such premise'))
    } else if (!question.choiceIds.has(choice)) {
      faults.push(fault(`/pairs/${premise}`, 'not_found', 'the question has no such choice'))
    }
  }
  return faults
}

function checkResponse (question, response) {
  const faults = []
  for (const member of Object.keys(response)) {
    if (member !== question.key) {
      faults.push(fault(`/${member}`, 'not_allowed', `${member} does not answer a question of this type`))
    }
  }
  const value = response[question.key]
  if (value === undefined) {
    faults.push(fault(`/${question.key}`, 'required', `an answer to this question needs ${question.key}`))
  } else if (question.key === 'choices') {
    if (value.length > 1 && question.type !== 'multiple_choice') {
      faults.push(fault('/choices', 'too_many', 'one option can be chosen'))
    }
    faults.push(...checkIds('choices', value, question.partIds))
  } else if (question.key === 'order') {
    faults.push(...checkIds('order', value, question.partIds))
  } else if (question.key === 'pairs') {
    faults.push(...checkPairs(question, value))
  }
  return faults
}

const DEFAULT_RULES = {
  single_choice: 'all_or_nothing',
  multiple_choice: 'net_correct',
  true_false: 'all_or_nothing',
  numeric: 'all_or_nothing',
  short_text: 'all_or_nothing',
  ordering: 'all_or_nothing',
  matching: 'each_decision'
}

const allOrNothing = (isRight) => (isRight ? FULL : 0)

function creditOfNumber (key, number) {
  const tolerance = Math.max(key.tolerance ?? 0, (key.relative_tolerance ?? 0) * Math.abs(key.value))
  const slack = REPRESENTATION_ERROR * Math.max(Math.abs(key.value), Math.abs(number))
  return allOrNothing(Math.abs(number - key.value) <= tolerance + slack)
}

function creditOfChoices (question, choices) {
  const net = choices.reduce((sum, id) => sum + (question.rightIds.has(id) ? 1 : -1), 0)
  return net <= 0 ? 0 : Math.floor((net * FULL) / question.rightIds.size)
}

function creditOfText (question, text) {
  const given = normalize(text)
  return allOrNothing(question.patterns.some((pattern) => pattern.test(given)))
}

function creditOf (question, response) {
  const value = response[question.key]
  switch (question.type) {
    case 'single_choice':
    case 'true_false':
      return allOrNothing(value.length === 1 && question.rightIds.has(value[0]))
    case 'multiple_choice':
      return creditOfChoices(question, value)
    case 'numeric':
      return creditOfNumber(question.number, value)
    case 'short_text':
      return creditOfText(question, value)
    case 'ordering':
      return allOrNothing(value.length === question.order.length && value.every((id, i) => id === question.order[i]))
    default: {
      const right = Object.entries(question.pairs).filter(([premise, choice]) => value[premise] === choice).length
      return Math.floor((right * FULL) / question.premises.length)
    }
  }
}

function showQuestion (item, seed, position) {
  const { question } = item
  const shown = {
    id: item.id,
    version: item.version,
    type: question.type,
    section: question.section,
    stem: question.stem,
    difficulty: question.difficulty,
    scoring: { rule: question.scoring?.rule ?? DEFAULT_RULES[question.type], penalty: 0, certainty: false }
  }
  const parts = question.shown.length > 0 ? shuffle(createRandom(seed, 2 * position), question.shown) : undefined
  if (question.options) shown.options = parts
  if (question.items) shown.items = parts
  if (question.number?.unit !== undefined) shown.unit = question.number.unit
  if (question.premises) {
    shown.premises = parts
    shown.choices = shuffle(createRandom(seed, 2 * position + 1), question.shownChoices)
  }
  return shown
}

function showFeedback (question, credit) {
  return { correct: credit === FULL, credit: credit / FULL, ...question.feedback }
}

module.exports = { FULL, checkResponse, creditOf, prepareQuestion, showFeedback, showQuestion }
