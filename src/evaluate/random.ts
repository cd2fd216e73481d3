/** The measures' random numbers: those of the explainer's faces, by which weights are made random too. */

export { Random } from '../explainer/random.ts'
