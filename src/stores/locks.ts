/** Tasks of one process that must not run at once, by key: each waits for the one before. */

/** Runs tasks of the same key one after another. */
export class Locks {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs `task` when all earlier ones of this key are done, whether they failed or not. */
  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const mine = before === undefined ? task() : before.then(task, task);
    this.#last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }
}
