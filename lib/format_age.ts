// Ages for people.

/** An age in the unit that fits: `4.2 s`, `12 min`, `3.5 h`, `2.1 days`. */
export function formatAge(seconds: number): string {
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${(seconds / 3600).toFixed(1)} h`;
  return `${(seconds / 86_400).toFixed(1)} days`;
}
