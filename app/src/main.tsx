/** Where the page begins: state that follows by itself, the shell, and the embedded example. */

import { render } from 'preact'
import { App } from './app.tsx'
import { report } from './state/activity.ts'
import { openExample } from './state/example.ts'
import { watchExplanation } from './state/explanation.ts'
import { watchInputs } from './state/inputs.ts'
import './styles/tokens.css'
import './styles/base.css'
import './styles/shell.css'

watchInputs()
watchExplanation()
openExample().catch(report)
render(<App />, document.getElementById('lab') as HTMLElement)
