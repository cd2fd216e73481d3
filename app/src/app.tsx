/** The shell: header, the view that is open, and the lines that say what goes on. */

import { Header } from './components/header.tsx'
import { StatusLine } from './components/status-line.tsx'
import { ViewFrame } from './components/view-frame.tsx'

/** The whole page. */
export function App() {
  return (
    <>
      <Header />
      <StatusLine />
      <main id="view">
        <ViewFrame />
      </main>
    </>
  )
}
