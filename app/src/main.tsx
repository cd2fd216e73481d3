/** Where the page begins: state that follows by itself, the shell, and what is opened first. */

import { render } from 'preact'
import { App } from './app.tsx'
import { watchRuntime } from './lab.ts'
import { readAddress, watchAddress } from './state/address.ts'
import { watchExplanation } from './state/explanation.ts'
import { watchInputs } from './state/inputs.ts'
import { watchOffline } from './state/offline.ts'
import { start } from './state/start.ts'
import { views } from './views.ts'
import './styles/tokens.css'
import './styles/base.css'
import './styles/shell.css'

readAddress(views)
watchRuntime()
watchInputs()
watchExplanation()
watchAddress()
watchOffline()
void start()
render(<App />, document.getElementById('lab') as HTMLElement)
