/** Where the page begins: state that follows by itself, the shell, and what is opened first. */

import { render } from 'preact'
import { App } from './app.tsx'
import { watchRuntime } from './lab.ts'
import { settingsInAddress, watchAddress, watchLinks } from './state/address.ts'
import { showExample } from './state/example.ts'
import { watchExplanation } from './state/explanation.ts'
import { watchInputs } from './state/inputs.ts'
import { watchOffline } from './state/offline.ts'
import { inTurn } from './state/open-files.ts'
import { settings } from './state/settings.ts'
import { start } from './state/start.ts'
import { views } from './views.ts'
import './styles/tokens.css'
import './styles/base.css'
import './styles/shell.css'

settings.value = settingsInAddress(views)
watchRuntime()
watchInputs()
watchExplanation()
watchAddress()
watchLinks(views, wanted => void inTurn(() => showExample(wanted)))
watchOffline()
void start()
render(<App />, document.getElementById('lab') as HTMLElement)
