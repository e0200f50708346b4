/** True when a text holds `*` or `?`. */
export const isGlob = (text: string): boolean => text.includes('*') || text.includes('?');

/**
 * Matches the whole text: `*` stands for any run of characters, `?` for one. Two pointers and one remembered star,
 * so a hostile pattern costs at most pattern × text and never backtracks exponentially.
 */
export const matchGlob = (pattern: string, text: string): boolean => {
  let p = 0;
  let t = 0;
  let starAt = -1;
  let resumeAt = 0;
  while (t < text.length) {
    const c = pattern[p];
    if (c === '*') {
      starAt = p;
      resumeAt = t;
      p += 1;
    } else if (c !== undefined && (c === '?' || c === text[t])) {
      p += 1;
      t += 1;
    } else if (starAt >= 0) {
      p = starAt + 1;
      resumeAt += 1;
      t = resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
};
