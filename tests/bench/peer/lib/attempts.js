'use strict'

// Starting attempts, answering, submitting. The rules of who may do what when are in the statements, as in quizd.

const { randomBytes } = require('node:crypto')
const { conflict, invalidInput, notFound } = require('./problem')
const { FULL, checkResponse, creditOf, showFeedback, showQuestion } = require('./questions')
const { choose, createRandom } = require('./random')

const DEFAULT_SIZE = 10
const SUBMIT_TRIES = 8
const PAPERS_MAX = 20000
const GRACE_MS = 10000
const NO_LIKELIHOODS = Array(9).fill(0) // the peer knows model beta-1 alone
const RULES = ['all_or_nothing', 'net_correct', 'all_or_nothing', 'all_or_nothing', 'all_or_nothing', 'all_or_nothing',
  'each_decision', 'each_decision']
const SHOWS = ['correctness', 'credit', 'key', 'explanation', 'option_feedback', 'section']
const moment = (feedback) => (feedback === 'immediate' ? 'after_each' : 'after_submit')

// What an attempt keeps of its rules, and what a learner sees of them.
const storedRules = (feedback) => JSON.stringify({
  exam: null, scoring: RULES, penalty: 0, certainty: false, when: moment(feedback), show: SHOWS, pass_scaled: null, closes_at: null, pilots: []
})
const shownRules = (feedback) => ({
  exam: null, certainty: false, penalty: 0, feedback_when: moment(feedback), feedback_show: SHOWS, pass_scaled: null, closes_at: null
})

function createUuid7 () {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(Date.now(), 0, 6)
  bytes[6] = 0x70 | (bytes[6] & 0x0f)
  bytes[8] = 0x80 | (bytes[8] & 0x3f)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

// What never changes of an attempt, for the attempts that were asked for last.
class PaperCache {
  constructor () {
    this.papers = new Map()
  }

  get (key) {
    const paper = this.papers.get(key)
    if (paper !== undefined) {
      this.papers.delete(key)
      this.papers.set(key, paper)
    }
    return paper
  }

  set (key, paper) {
    this.papers.set(key, paper)
    if (this.papers.size > PAPERS_MAX) {
      this.papers.delete(this.papers.keys().next().value)
    }
  }
}

class Attempts {
  constructor (database, banks) {
    this.database = database
    this.banks = banks
    this.papers = new PaperCache()
  }

  async getItem (bank, id, version) {
    const item = bank.itemIndex.get(`${id}:${version}`)
    if (item === undefined) {
      throw new Error(`question ${id}, version ${version}, is not in memory`) // the benchmark publishes nothing
    }
    return item
  }

  candidatesOf (bank, paths) {
    const faults = []
    const chosen = new Set()
    paths.forEach((path, i) => {
      const index = bank.pathIndex.get(path)
      if (index === undefined) {
        faults.push({ pointer: `/sections/${i}`, code: 'not_found', detail: 'the bank has no such section' })
        return
      }
      for (let j = index; j < bank.sections[index].end; j++) {
        chosen.add(j)
      }
    })
    if (faults.length > 0) {
      throw invalidInput(faults)
    }
    return bank.items.filter((item) => chosen.has(item.section))
  }

  async start (userId, body) {
    const bank = this.banks.current.bySlug.get(body.bank)
    if (bank === undefined) {
      throw invalidInput([{ pointer: '/bank', code: 'not_found', detail: 'there is no such bank' }])
    }
    const seed = body.seed ?? randomBytes(8).toString('hex')
    const feedback = body.feedback ?? 'immediate'
    const candidates = body.sections === undefined ? bank.items : this.candidatesOf(bank, body.sections)
    const items = choose(createRandom(seed, 0), candidates.length, body.size ?? DEFAULT_SIZE).map((i) => candidates[i])
    if (items.length === 0) {
      throw conflict('not_enough_questions', 'there are no questions in what was chosen')
    }
    const id = createUuid7()
    const [{ started_at: startedAt }] = await this.database.query('attempts_start', [
      userId, id, bank.id, body.mode, feedback, seed, items.map((item) => item.id), items.map((item) => item.version),
      storedRules(feedback)
    ])
    return {
      id,
      bank: bank.slug,
      mode: body.mode,
      state: 'open',
      feedback,
      seed,
      started_at: startedAt,
      deadline_at: null,
      submitted_at: null,
      rules: shownRules(feedback),
      items: items.map((item, i) => ({ position: i + 1, question: showQuestion(item, seed, i + 1), answer: null }))
    }
  }

  async getPaper (userId, attemptId) {
    const key = `${userId}:${attemptId}`
    let paper = this.papers.get(key)
    if (paper === undefined) {
      [paper] = await this.database.query('attempts_get', [userId, attemptId])
      if (paper === undefined) {
        throw notFound('there is no such attempt')
      }
      this.papers.set(key, paper)
    }
    return paper
  }

  judgeRefusal (feedback, revision, response, row) {
    if (row.state !== 'open') {
      throw conflict('attempt_closed', 'the attempt is submitted; answers are closed')
    }
    const isSame = row.response === response
    if (feedback === 'immediate') {
      if (!isSame) throw conflict('already_answered', 'the question is answered and its feedback was shown')
    } else if (!isSame || row.revision !== revision) {
      throw conflict('stale_revision', `revision ${row.revision} is recorded; send a higher one`)
    }
  }

  async putAnswer (userId, attemptId, position, body) {
    const paper = await this.getPaper(userId, attemptId)
    if (position > paper.question_ids.length) {
      throw invalidInput([{ parameter: 'position', code: 'not_found', detail: 'the attempt has no such position' }])
    }
    const bank = this.banks.current.byId.get(paper.bank_id)
    const item = await this.getItem(bank, paper.question_ids[position - 1], paper.versions[position - 1])
    const faults = checkResponse(item.question, body.response)
    if (faults.length > 0) {
      throw invalidInput(faults)
    }
    const response = JSON.stringify(body.response)
    const isFinal = paper.feedback === 'immediate'
    const credit = creditOf(item.question, body.response)
    const [row] = await this.database.query('attempts_record_answer', [
      userId, attemptId, position, body.revision, item.id, response, credit, isFinal,
      isFinal ? `{${NO_LIKELIHOODS},${item.sectionId}}` : null, credit, null, body.flagged ?? false, GRACE_MS / 1000
    ])
    if (row === undefined) {
      throw notFound('there is no such attempt')
    }
    if (!row.is_recorded) {
      this.judgeRefusal(paper.feedback, body.revision, response, row)
    }
    return {
      position,
      revision: row.revision,
      response: JSON.parse(row.response),
      certainty: row.certainty,
      flagged: row.is_flagged,
      recorded_at: row.recorded_at,
      feedback: isFinal ? showFeedback(item.question, row.credit) : null
    }
  }

  async load (userId, attemptId, isToClose = false) {
    const [row] = await this.database.query('attempts_get_with_answers', [userId, attemptId, isToClose])
    if (row === undefined) {
      throw notFound('there is no such attempt')
    }
    const bank = this.banks.current.byId.get(row.bank_id)
    const items = await Promise.all(row.question_ids.map((id, i) => this.getItem(bank, id, row.versions[i])))
    const answers = new Map(row.positions.map((position, i) => [position, {
      revision: row.revisions[i],
      response: row.responses[i],
      credit: row.credits[i],
      certainty: row.certainties[i] === 0 ? null : row.certainties[i],
      isFlagged: row.flags[i] !== 0,
      recordedUs: row.times[i]
    }]))
    return { row, bank, items, answers }
  }

  summarize ({ items, answers }) {
    const sections = new Map()
    let raw = 0
    items.forEach((item, i) => {
      const part = sections.get(item.section) ?? { credit: 0, max: 0, answers: 0, correct: 0 }
      const answer = answers.get(i + 1)
      sections.set(item.section, part)
      part.max += FULL
      if (answer !== undefined) {
        part.credit += answer.credit
        part.answers += 1
        part.correct += answer.credit === FULL ? 1 : 0
        raw += answer.credit
      }
    })
    return { raw, max: items.length * FULL, sections: [...sections.entries()].sort(([a], [b]) => a - b) }
  }

  async close (userId, loaded, summary) {
    const { row, bank } = loaded
    const parts = row.feedback === 'deferred' ? summary.sections.filter(([, part]) => part.answers > 0) : []
    const [closed] = await this.database.query('attempts_close', [
      userId, row.id, row.answer_sequence, summary.raw, summary.max,
      null,
      parts.map(([section]) => bank.sections[section].id),
      parts.map(([, part]) => part.answers),
      parts.map(([, part]) => part.credit),
      parts.map(([, part]) => part.correct),
      parts.flatMap(() => NO_LIKELIHOODS),
      [], [], [], [], [], [], // memories
      [], [], [], [], // activity, but for the attempt
      1,
      GRACE_MS,
      [], [], // memories, too
      [], [], // points: none are written here
      [] // how long answers took
    ])
    return closed?.submitted_at
  }

  async submit (userId, attemptId) {
    for (let i = 0; i < SUBMIT_TRIES; i++) {
      const loaded = await this.load(userId, attemptId)
      const summary = this.summarize(loaded)
      const submittedAt = loaded.row.state === 'open' ? await this.close(userId, loaded, summary) : loaded.row.submitted_at
      if (submittedAt !== undefined) {
        return this.showResult(loaded, summary, submittedAt)
      }
    }
    throw new Error('answers keep coming in')
  }

  showAnswer (item, position, answer) {
    return {
      position,
      revision: answer.revision,
      response: JSON.parse(answer.response),
      certainty: answer.certainty,
      flagged: answer.isFlagged,
      recorded_at: new Date(answer.recordedUs / 1000).toISOString(),
      feedback: showFeedback(item.question, answer.credit)
    }
  }

  showResult ({ row, bank, items, answers }, summary, submittedAt) {
    return {
      id: row.id,
      bank: bank.slug,
      state: 'submitted',
      submitted_at: submittedAt,
      score: {
        raw: summary.raw / FULL,
        max: summary.max / FULL,
        scaled: Math.floor((summary.raw * FULL + summary.max / 2) / summary.max) / FULL,
        passed: null,
        estimate: null
      },
      sections: summary.sections.map(([section, part]) => ({
        id: bank.sections[section].id,
        path: bank.sections[section].path,
        title: bank.sections[section].title,
        credit: part.credit / FULL,
        max: part.max / FULL
      })),
      items: items.map((item, i) => {
        const position = i + 1
        const answer = answers.get(position)
        const shown = { position, question: showQuestion(item, row.seed, position), answer: null }
        if (answer !== undefined) {
          shown.answer = this.showAnswer(item, position, answer)
        } else {
          shown.feedback = showFeedback(item.question, 0)
        }
        return shown
      })
    }
  }
}

module.exports = { Attempts }
