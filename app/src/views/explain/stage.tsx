/** The pictures side by side, or one of them alone, with what steers and explains them. */

import { computed } from '@preact/signals'
import { plane, shown } from '../../state/explanation.ts'
import { input, prepared } from '../../state/inputs.ts'
import { model } from '../../state/model.ts'
import { type PaneName, setting } from '../../state/settings.ts'
import { ColorBar } from './color-bar.tsx'
import { Conservation } from './conservation.tsx'
import { ExportMenu } from './export-menu.tsx'
import { Pane } from './pane.tsx'
import { Readout } from './readout.tsx'
import { StageTools } from './stage-tools.tsx'
import { TableStage } from './table-stage.tsx'
import { TextField, TextStage } from './text-stage.tsx'

const panes = setting('panes')

const all: readonly PaneName[] = ['picture', 'heatmap', 'overlay']

/** The stage. */
export function Stage() {
  if (readsTexts.value || input.value?.kind === 'row') return <OtherStage />
  return <PictureStage />
}

const readsTexts = computed(() => model.value?.facts.readsTokens === true)

/** Of texts and tables. */
function OtherStage() {
  const { value } = shown
  return (
    <section class="stage stack" aria-label="Explanation">
      {readsTexts.value && <TextField />}
      {value ? (
        <>
          <div class="row spread top">
            <div class="stack grow">
              <TextStage of={value} />
              <TableStage of={value} />
            </div>
            <ExportMenu />
          </div>
          <Conservation />
        </>
      ) : (
        <Empty />
      )}
    </section>
  )
}

function PictureStage() {
  const hasPicture = shown.value?.of.picture !== undefined
  const wanted = panes.value === 'all' ? all : [panes.value]
  const shownPanes = hasPicture ? wanted : (['heatmap'] as const)
  return (
    <section class="stage stack" aria-label="Explanation">
      <div class="row spread">
        <StageTools />
        <ExportMenu />
      </div>
      {plane.value && shown.value ? (
        <>
          <div class="panes" data-count={shownPanes.length}>
            {shownPanes.map(name => (
              <Pane key={name} name={name} plane={plane.value} of={shown.value} />
            ))}
          </div>
          <ColorBar plane={plane.value} />
          <Readout />
          <Conservation />
        </>
      ) : (
        <Empty />
      )}
    </section>
  )
}

function Empty() {
  const { facts } = model.value ?? {}
  const isOther = input.value?.kind === 'picture' && !facts?.geometry
  if (facts && (!input.value || isOther)) return <p class="empty">{wantedInput()}</p>
  if (prepared.value || !facts) return <div class="panes waiting" data-count={3} aria-hidden="true" />
  return <p class="empty">There is nothing to show for this input: see the message above.</p>
}

function wantedInput(): string {
  const { facts } = model.value ?? {}
  const shape = facts?.input.dims.map(dim => (typeof dim === 'number' ? dim : '?')).join(' × ')
  if (facts?.readsTokens) return `${facts.name} is open. Write a text, or drop one (.txt).`
  return facts?.geometry
    ? `${facts.name} is open. Drop a picture, or a .npy array of ${shape} numbers.`
    : `${facts?.name} is open. Drop a .csv table or a .npy array of ${shape} numbers.`
}
