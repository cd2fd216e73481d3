/** A button with a list under it, which closes when one looks elsewhere. */

import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

/** The menu. */
export function Menu({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  const menu = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    const { current } = menu
    const close = () => current?.removeAttribute('open')
    const onPointer = ({ target }: PointerEvent) => {
      if (!current?.contains(target as Node)) close()
    }
    const onKey = ({ key }: KeyboardEvent) => {
      if (key !== 'Escape' || !current?.open) return
      close()
      current.querySelector('summary')?.focus()
    }
    document.addEventListener('pointerdown', onPointer)
    current?.addEventListener('keydown', onKey)
    return () => {
      document.removeEventListener('pointerdown', onPointer)
      current?.removeEventListener('keydown', onKey)
    }
  }, [])
  return (
    <details class="menu" ref={menu}>
      <summary>{title}</summary>
      <div class="menu-list">{children}</div>
    </details>
  )
}
