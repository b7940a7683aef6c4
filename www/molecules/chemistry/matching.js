// Perfect matchings of general graphs (Edmonds 1965, "Paths, trees, and flowers"): which atoms share a double bond.

/**
 * A matching that can be grown and questioned.
 */
export class Matching {
  /** @param {number} size number of vertices @param {[number, number][]} edges between different ones */
  constructor(size, edges) {
    this.size = size;
    /** @type {number[][]} */
    this.near = Array.from({ length: size }, () => []);
    for (const [a, b] of edges) {
      this.near[a].push(b);
      this.near[b].push(a);
    }
    /** Partner by vertex; −1 without one. */
    this.mate = new Array(size).fill(-1);
    this.gone = new Array(size).fill(false);
    /** Two sets of vertices that must not become partners. @type {number[][] | null} */
    this.forbidden = null;
    /** Where the search came from, by vertex. @type {number[]} */
    this.from = [];
  }

  /** Whether every vertex can have a partner; gives them partners as far as it goes. */
  complete() {
    for (let v = 0; v < this.size; v += 1) {
      if (this.mate[v] >= 0 || this.gone[v]) continue;
      const free = this.near[v].find((w) => this.mate[w] < 0 && !this.gone[w]);
      if (free === undefined) continue;
      this.mate[v] = free;
      this.mate[free] = v;
    }
    for (let v = 0; v < this.size; v += 1) {
      if (this.mate[v] >= 0 || this.gone[v]) continue;
      const end = this.search(v);
      if (end < 0) return false;
      this.augment(end);
    }
    return true;
  }

  /** Whether a complete matching has another one in which a and b are partners. */
  canJoin(a, b) {
    if (this.mate[a] === b) return true;
    const [c, d] = [this.mate[a], this.mate[b]];
    return this.trial([a, b], [c, d]);
  }

  /**
   * Whether a complete matching in which a and b are partners has another one in which they are not, nor any of two
   * sets of vertices that they belong to.
   */
  canPart(a, b, sets = [[a], [b]]) {
    return this.trial([], [a, b], sets);
  }

  /**
   * Whether c and d, if their partners are taken away, can find others without the vertices that are left out.
   * @param {number[]} out @param {number[]} ends @param {number[][] | null} [forbidden]
   */
  trial(out, [c, d], forbidden = null) {
    const kept = this.mate.slice();
    for (const v of [...out, c, d]) this.mate[v] = -1;
    for (const v of out) this.gone[v] = true;
    this.forbidden = forbidden;
    const found = this.search(c) >= 0;
    this.forbidden = null;
    for (const v of out) this.gone[v] = false;
    this.mate = kept;
    return found;
  }

  allowed(v, w) {
    if (this.gone[w]) return false;
    if (!this.forbidden) return true;
    const [a, b] = this.forbidden;
    return !((a.includes(v) && b.includes(w)) || (b.includes(v) && a.includes(w)));
  }

  /** The end of an augmenting path from a vertex without a partner, or −1. */
  search(root) {
    const { mate, near, size } = this;
    const base = Array.from({ length: size }, (_, v) => v);
    const from = new Array(size).fill(-1);
    const even = new Array(size).fill(false);
    even[root] = true;
    const queue = [root];
    const meet = (a, b) => {
      const seen = new Array(size).fill(false);
      for (let v = base[a]; ; v = base[from[mate[v]]]) {
        seen[v] = true;
        if (mate[v] < 0) break;
      }
      let v = base[b];
      while (!seen[v]) v = base[from[mate[v]]];
      return v;
    };
    const flower = new Array(size).fill(false);
    const mark = (start, stop, child) => {
      let [v, below] = [start, child];
      while (base[v] !== stop) {
        flower[base[v]] = true;
        flower[base[mate[v]]] = true;
        from[v] = below;
        below = mate[v];
        v = from[mate[v]];
      }
    };
    while (queue.length > 0) {
      const v = queue.shift();
      for (const w of near[v]) {
        if (!this.allowed(v, w) || base[v] === base[w] || mate[v] === w) continue;
        if (w === root || (mate[w] >= 0 && from[mate[w]] >= 0)) {
          const top = meet(v, w);
          flower.fill(false);
          mark(v, top, w);
          mark(w, top, v);
          for (let u = 0; u < size; u += 1) {
            if (!flower[base[u]]) continue;
            base[u] = top;
            if (even[u]) continue;
            even[u] = true;
            queue.push(u);
          }
        } else if (from[w] < 0) {
          from[w] = v;
          if (mate[w] < 0) {
            this.from = from;
            return w;
          }
          even[mate[w]] = true;
          queue.push(mate[w]);
        }
      }
    }
    return -1;
  }

  augment(end) {
    const { mate, from } = this;
    for (let w = end; w >= 0;) {
      const v = from[w];
      const next = mate[v];
      mate[w] = v;
      mate[v] = w;
      w = next;
    }
  }
}
