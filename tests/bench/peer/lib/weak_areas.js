'use strict'

// Weak areas, model beta-1 (server/domain/weak_areas.c has the formulas). Intervals, the expensive part, are worked out only
// for the sections that are returned.

const { Beta } = require('./beta')

const EPOCH_MS = 1735689600000
const HALF_LIFE_MS = 2592000000
const DAY_MS = 86400000
const STRENGTH = 4
const NEXT_SIZE = 5

const round = (value, digits) => Math.round(value * 10 ** digits) / 10 ** digits
const later = (a, b) => (a === null || (b !== null && b > a) ? b : a) // RFC 3339 in UTC: sorts as text

const nothing = () => ({ weight: 0, credit: 0, answers: 0, correct: 0, last_answered_at: null, last_wrong_at: null })

function add (to, more) {
  to.weight += more.weight
  to.credit += more.credit
  to.answers += more.answers
  to.correct += more.correct
  to.last_answered_at = later(to.last_answered_at, more.last_answered_at)
  to.last_wrong_at = later(to.last_wrong_at, more.last_wrong_at)
}

// By section index; the last entry is the bank's.
function sumSubtrees (bank, rows, nowMs) {
  const sums = Array.from({ length: bank.sections.length + 1 }, nothing)
  const fading = 2 ** (-(nowMs - EPOCH_MS) / HALF_LIFE_MS)
  for (const row of rows) {
    const index = bank.sectionIndex.get(row.section_id)
    if (index !== undefined) {
      const weight = row.weight * fading
      add(sums[index], { ...row, weight, credit: Math.min(row.credit * fading, weight) })
    }
  }
  for (let i = bank.sections.length - 1; i >= 0; i--) {
    const { parent } = bank.sections[i]
    add(sums[parent < 0 ? bank.sections.length : parent], sums[i])
  }
  return sums
}

function describeAge (since, nowMs) {
  const days = Math.max(0, Math.floor((nowMs - Date.parse(since)) / DAY_MS))
  return days === 0 ? 'today' : days === 1 ? 'yesterday' : `${days} days ago`
}

function describe (sum, nowMs) {
  if (sum.answers === 0) {
    return 'no answers yet'
  }
  const share = `${sum.correct} of ${sum.answers} right`
  return sum.last_wrong_at === null ? share : `${share}; last wrong ${describeAge(sum.last_wrong_at, nowMs)}`
}

function labelOf (sum, probability) {
  if (sum.answers === 0) {
    return 'no_evidence'
  }
  return probability >= 0.8 ? 'weak' : probability <= 0.2 ? 'strong' : 'unsure'
}

function show (bank, area, nowMs) {
  const { section, sum } = area
  return {
    section: { id: section.id, path: section.path, title: section.title },
    label: labelOf(sum, area.probability),
    estimate: {
      mean: round(area.mean, 4),
      low: round(area.beta.quantile(0.05), 4),
      high: round(area.beta.quantile(0.95), 4),
      probability_below_target: round(area.probability, 4)
    },
    evidence: { answers: sum.answers, correct: sum.correct, last_answered_at: sum.last_answered_at },
    expected_gain: round(area.gain, 6),
    why: describe(sum, nowMs),
    read: {
      section_id: section.id,
      anchor: section.anchor,
      lines: [section.first_line, section.last_line],
      excerpt: section.excerpt
    },
    next: { bank: bank.slug, mode: 'practice', sections: [section.path], size: Math.min(section.total, NEXT_SIZE) }
  }
}

function estimateWeakAreas (bank, rows, target, limit) {
  const nowMs = Date.now()
  const sums = sumSubtrees(bank, rows, nowMs)
  const root = bank.sections.length
  const means = new Array(root + 1)
  means[root] = (STRENGTH * 0.5 + sums[root].credit) / (STRENGTH + sums[root].weight)
  const areas = []
  bank.sections.forEach((section, i) => {
    const prior = means[section.parent < 0 ? root : section.parent]
    const sum = sums[i]
    means[i] = (STRENGTH * prior + sum.credit) / (STRENGTH + sum.weight)
    if (section.own === 0) {
      return
    }
    const beta = new Beta(STRENGTH * prior + sum.credit, STRENGTH * (1 - prior) + (sum.weight - sum.credit))
    const probability = beta.cdf(target)
    const gain = (section.total / bank.items.length) * probability * Math.max(0, target - means[i])
    areas.push({ i, section, sum, beta, probability, gain, mean: means[i] })
  })
  areas.sort((a, b) => b.gain - a.gain || a.mean - b.mean || a.i - b.i)
  return { target, model: 'beta-1', data: areas.slice(0, limit).map((area) => show(bank, area, nowMs)) }
}

module.exports = { estimateWeakAreas }
