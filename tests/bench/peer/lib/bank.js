'use strict'

// The published questions and the sections, read at start and when a revision moves, kept in memory.

const { createHash } = require('node:crypto')
const { prepareQuestion } = require('./questions')

const POLL_MS = 1000
const ALL_ROWS = 1000000

// Sections in notes order: the subtree of section i is [i, sections[i].end).
function indexSections (rows) {
  const byPath = new Map(rows.map((row, i) => [row.path, i]))
  const sections = rows.map((row) => ({
    ...row,
    parent: row.parent_path === null ? -1 : byPath.get(row.parent_path),
    own: 0,
    total: 0
  }))
  sections.forEach((section, i) => {
    section.end = i + 1
    while (section.end < sections.length && sections[section.end].depth > section.depth && !section.is_removed) {
      section.end += 1
    }
  })
  return sections
}

function countQuestions (sections, items) {
  for (const item of items) {
    sections[item.section].own += 1
  }
  for (let i = sections.length - 1; i >= 0; i--) {
    sections[i].total += sections[i].own
    if (sections[i].parent >= 0) {
      sections[sections[i].parent].total += sections[i].total
    }
  }
}

function serializeSections (sections) {
  return JSON.stringify({
    data: sections.filter((section) => !section.is_removed).map((section) => ({
      id: section.id,
      path: section.path,
      anchor: section.anchor,
      title: section.title,
      depth: section.depth,
      parent_id: section.parent < 0 ? null : sections[section.parent].id,
      question_count: section.total
    }))
  })
}

const EXCERPT_BYTES = 240

// The beginning of a section's text, cut between words.
function excerptOf (body) {
  const text = body.trim()
  const bytes = Buffer.from(text)
  if (bytes.length <= EXCERPT_BYTES) {
    return text
  }
  let end = EXCERPT_BYTES
  while (end > 0 && bytes[end] !== 0x20 && bytes[end] !== 0x0a) {
    end -= 1
  }
  return bytes.toString('utf8', 0, end).trim()
}

async function loadBank (database, row) {
  const sections = indexSections(await database.query('banks_list_sections', [row.id]))
  const sectionIndex = new Map(sections.map((section, i) => [section.id, i]))
  const items = (await database.query('banks_list_questions', [row.id, null, ALL_ROWS])).map(({ id, version, section_id: sectionId, body }) => ({
    id,
    version,
    section: sectionIndex.get(sectionId),
    sectionId,
    question: prepareQuestion(body)
  }))
  items.sort((a, b) => a.section - b.section || (a.question.slug < b.question.slug ? -1 : 1))
  countQuestions(sections, items)
  for (const section of sections) {
    section.excerpt = excerptOf(section.body)
  }
  const listed = serializeSections(sections)
  return {
    ...row,
    sections,
    sectionIndex,
    pathIndex: new Map(sections.filter((section) => !section.is_removed).map((section) => [section.path, sectionIndex.get(section.id)])),
    items,
    itemIndex: new Map(items.map((item) => [`${item.id}:${item.version}`, item])),
    listed,
    tag: `"${createHash('sha1').update(listed).digest('base64url')}"`
  }
}

async function loadBanks (database) {
  const banks = []
  for (const row of await database.query('banks_list', [])) {
    banks.push(await loadBank(database, row))
  }
  return {
    banks,
    bySlug: new Map(banks.map((bank) => [bank.slug, bank])),
    byId: new Map(banks.map((bank) => [bank.id, bank])),
    revision: banks.reduce((sum, bank) => sum + bank.revision, 0)
  }
}

// An object whose `current` is replaced when a bank has changed.
async function watchBanks (database) {
  const watched = { current: await loadBanks(database) }
  const timer = setInterval(async () => {
    try {
      const [{ revision }] = await database.query('banks_read_revisions', [])
      if (revision !== watched.current.revision) {
        watched.current = await loadBanks(database)
      }
    } catch (error) {
      console.error(error)
    }
  }, POLL_MS)
  timer.unref()
  watched.stop = () => clearInterval(timer)
  return watched
}

module.exports = { watchBanks }
