/** The two globals outside ECMAScript that the core uses; every runtime has them. */

declare class TextDecoder {
  decode(bytes: Uint8Array): string
}

declare class TextEncoder {
  encode(text: string): Uint8Array
}
