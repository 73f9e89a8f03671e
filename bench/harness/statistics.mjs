/** The p-th percentile (0 to 100) by the nearest rank; the median is percentile 50. */
export function percentile(values, p) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)]
}

export const median = (values) => percentile(values, 50)
