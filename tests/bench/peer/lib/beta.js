'use strict'

// The Beta distribution, by the same methods as server/domain/beta.c: Loader's saddle-point form of the factor, the continued
// fraction of DLMF 8.17.22 by Lentz, Newton on ln I against ln x for the inverse.

const TINY = 2.2250738585072014e-308
const EPSILON = Number.EPSILON

function stirlingError (n) {
  let error = 0
  while (n < 10) {
    error += (n + 0.5) * Math.log1p(1 / n) - 1
    n += 1
  }
  const r = 1 / (n * n)
  const tail = 1 / 1680 - r * (1 / 1188 - r * (691 / 360360))
  return error + (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * tail))) / n
}

function deviance (x, m) {
  const difference = x - m
  if (!(Math.abs(difference) < 0.1 * (x + m))) {
    return x * Math.log(x / m) + m - x
  }
  const v = difference / (x + m)
  let sum = difference * v
  let term = 2 * x * v
  for (let j = 1; j < 1000; j++) {
    term *= v * v
    const next = sum + term / (2 * j + 1)
    if (next === sum) {
      break
    }
    sum = next
  }
  return sum
}

// x^a (1-x)^b / B(a, b) as a function of x; what depends on a and b alone is worked out once.
function powerFactor (a, b) {
  const n = a + b
  const constant = stirlingError(n) - stirlingError(a) - stirlingError(b)
  const root = Math.sqrt((a * (b / n)) / (2 * Math.PI))
  return (x, y) => root * Math.exp(constant - deviance(a, n * x) - deviance(b, n * y))
}

const awayFromZero = (value) => (Math.abs(value) < 1e-300 ? 1e-300 : value)

function fraction (a, b, x) {
  let c = 1
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1))
  let value = d
  for (let m = 1; m < 100000; m++) {
    const a2m = a + 2 * m
    const even = (m * (b - m) * x) / ((a2m - 1) * a2m)
    d = 1 / awayFromZero(1 + even * d)
    c = awayFromZero(1 + even / c)
    value *= c * d
    const odd = (-(a + m) * (a + b + m) * x) / (a2m * (a2m + 1))
    d = 1 / awayFromZero(1 + odd * d)
    c = awayFromZero(1 + odd / c)
    value *= c * d
    if (Math.abs(c * d - 1) < 4 * EPSILON) {
      break
    }
  }
  return value
}

// Replies have four decimals.
const CLOSE = 1e-9

class Beta {
  constructor (a, b) {
    this.a = a
    this.b = b
    this.factor = powerFactor(a, b)
  }

  // With the factor of x, which the inverse needs too.
  cdfOf (x, factor) {
    const { a, b } = this
    const value = x <= (a + 1) / (a + b + 2) ? (factor * fraction(a, b, x)) / a : 1 - (factor * fraction(b, a, 1 - x)) / b
    return Math.min(Math.max(value, 0), 1)
  }

  cdf (x) {
    if (!(x > 0)) return 0
    if (x >= 1) return 1
    return this.cdfOf(x, this.factor(x, 1 - x))
  }

  quantile (p) {
    if (p <= this.cdf(0.5)) {
      return this.lowerQuantile(p)
    }
    return 1 - new Beta(this.b, this.a).lowerQuantile(1 - p)
  }

  lowerQuantile (p) {
    if (this.a < 0.05 && this.cdf(TINY) >= p) {
      return 0
    }
    let low = Math.log(TINY)
    let high = Math.log(0.5)
    let u = Math.min(Math.log(this.a / (this.a + this.b)), high)
    for (let step = 0; step < 200; step++) {
      const x = Math.exp(u)
      const factor = this.factor(x, 1 - x)
      const value = this.cdfOf(x, factor)
      if (value < p) {
        low = u
      } else {
        high = u
      }
      let next = u - (Math.log(value / p) * (1 - x) * value) / factor
      if (!(next >= low && next <= high)) {
        next = low + (high - low) / 2
      }
      if (Math.abs(next - u) <= CLOSE) {
        return Math.exp(next)
      }
      u = next
    }
    return Math.exp(u)
  }
}

module.exports = { Beta }
