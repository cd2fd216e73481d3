/** The shell: header, messages, the view that is open, and the place for files, which is everywhere. */

import { DropZone } from './components/drop-zone.tsx'
import { Header } from './components/header.tsx'
import { MessageLines } from './components/status-line.tsx'
import { ViewFrame } from './components/view-frame.tsx'

/** The whole page. */
export function App() {
  return (
    <>
      <Header />
      <MessageLines />
      <main id="view">
        <ViewFrame />
      </main>
      <DropZone />
    </>
  )
}
