'use strict'

// Seeded choice and shuffling. The generator is not quizd's (64-bit arithmetic is slow in JavaScript), so a seed gives another
// paper here than there; the work is the same.

function hash (text, stream) {
  let h = 2166136261 ^ stream
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 16777619)
  }
  return h >>> 0
}

// mulberry32
function createRandom (seed, stream) {
  let state = hash(seed, stream)
  return function below (bound) {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * bound)
  }
}

// The first `size` entries of a shuffle of 0…count-1, in time and space of `size`.
function choose (below, count, size) {
  const moved = new Map()
  const chosen = []
  for (let i = 0; i < Math.min(size, count); i++) {
    const j = i + below(count - i)
    chosen.push(moved.get(j) ?? j)
    moved.set(j, moved.get(i) ?? i)
  }
  return chosen
}

function shuffle (below, list) {
  const shuffled = list.slice()
  for (let i = shuffled.length; i > 1; i--) {
    const j = below(i)
    const swapped = shuffled[i - 1]
    shuffled[i - 1] = shuffled[j]
    shuffled[j] = swapped
  }
  return shuffled
}

module.exports = { choose, createRandom, shuffle }
