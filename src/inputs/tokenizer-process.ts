/**
 * `@huggingface/tokenizers` in a process of its own, within limits: a tokenizer's file brings regular expressions and
 * replacements, which can run for ever or fill the memory. Memory that is full ends more than the thread that filled it, so a
 * thread would not do. The library is loaded by the first text, and by nothing else.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import type { Encodings } from './token-reader.ts'

/** What the process may cost. */
export interface Limits {
  /** For reading the tokenizer, and again for every text. */
  readonly milliseconds: number
  readonly megabytes: number
}

/** A vocabulary of 250,000 words takes a second and half a gigabyte. */
export const defaultLimits: Limits = { milliseconds: 20_000, megabytes: 2048 }

/** What the process runs: the tokenizer comes in, then texts; tokens go out. What the library only warns of is a fault here. */
const program = `
console.warn = (...words) => { throw new Error(words.map(word => typeof word === 'string' ? word : JSON.stringify(word)).join(' ')) }
let tokenizer
const answers = {
  open({ library, json, config }) {
    const { Tokenizer } = require(library)
    tokenizer = new Tokenizer(JSON.parse(json), JSON.parse(config))
    return {}
  },
  encode({ text }) {
    const content = tokenizer.encode(text, { add_special_tokens: false })
    return { content, whole: tokenizer.encode(text, { return_token_type_ids: true }) }
  },
}
process.on('message', message => {
  try {
    process.send(answers[message.verb](message))
  } catch (error) {
    process.send({ fault: String((error && error.message) || error) })
  }
})
`

type Reply = Partial<Encodings> & { readonly fault?: string }

/** A tokenizer in its process, which keeps ours not alive; one that was ended for its costs is started again. */
export class TokenizerProcess {
  readonly #json: string
  readonly #config: string
  readonly #limits: Limits
  #child: ChildProcess | undefined
  #last: Promise<unknown> = Promise.resolve()

  /** @param json what the library gets, like `config` */
  constructor(json: string, config: string, limits: Limits = defaultLimits) {
    this.#json = json
    this.#config = config
    this.#limits = limits
  }

  /**
   * Builds the tokenizer, if it is not yet.
   *
   * @throws Error in the library's words, or of the limit that was exceeded
   */
  async open(): Promise<void> {
    if (this.#child) return
    const child = spawn(process.execPath, [`--max-old-space-size=${this.#limits.megabytes}`, '-e', program], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      windowsHide: true,
    })
    this.#child = child
    child.unref()
    child.channel?.unref()
    const library = createRequire(import.meta.url).resolve('@huggingface/tokenizers')
    await this.#ask(child, { verb: 'open', library, json: this.#json, config: this.#config })
  }

  /**
   * Cuts a text; one after the other.
   *
   * @throws Error as `open` does
   */
  encode(text: string): Promise<Encodings> {
    const next = this.#last.then(async () => {
      await this.open()
      const { content, whole } = await this.#ask(this.#child as ChildProcess, { verb: 'encode', text })
      return { content, whole } as Encodings
    })
    this.#last = next.catch(() => {})
    return next
  }

  /** Ends the process. */
  close(): void {
    this.#child?.kill('SIGKILL')
    this.#child = undefined
  }

  async #ask(child: ChildProcess, question: object): Promise<Reply> {
    const { milliseconds, megabytes } = this.#limits
    let timer: NodeJS.Timeout | undefined
    // A process that is busy does not see that ours has ended.
    const end = () => child.kill('SIGKILL')
    process.once('exit', end)
    try {
      return await new Promise<Reply>((resolve, reject) => {
        const slow = `it takes longer than ${milliseconds / 1000} s, perhaps for a catastrophic pattern`
        timer = setTimeout(() => reject(new Error(slow)), milliseconds)
        child.once('message', (reply: Reply) =>
          reply.fault === undefined ? resolve(reply) : reject(new Error(reply.fault)),
        )
        child.once('error', reject)
        child.once('exit', () =>
          reject(new Error(`it ended its process, perhaps for more than ${megabytes} MB of memory`)),
        )
        child.send(question)
      })
    } catch (error) {
      this.close()
      throw error
    } finally {
      clearTimeout(timer)
      process.off('exit', end)
      child.removeAllListeners()
      // Killing may say so once more.
      child.on('error', () => {})
    }
  }
}
