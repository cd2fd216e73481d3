/** A decoded picture: what sharp, a browser's canvas and the renderers have in common. */

/** A size in pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** Pixels as red, green, blue bytes, row by row: `data.length` is 3 · width · height. */
export interface Picture extends Size {
  readonly data: Uint8Array
}

/** A rectangle within a picture, in whole pixels. */
export interface Region extends Size {
  readonly left: number
  readonly top: number
}
