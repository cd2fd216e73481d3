/** Measures for reports that are made up: what is said of them is as the literature has it, in short. */

import type { Measure } from '../../src/evaluate/measure.ts'

/** A measure, and how its numbers are made up. */
export type MadeUpMeasure = Omit<Measure, 'evaluate'> & {
  readonly scale: number
  readonly curves?: Readonly<Record<string, 'falling' | 'late' | 'rising'>>
}

/** A measure of every kind: with curves and without, of shares, of many orders of magnitude, with and without a mask. */
export const madeUpMeasures: readonly MadeUpMeasure[] = [
  {
    ...{
      name: 'pixel-flipping',
      title: 'Pixel flipping (AOPC)',
      group: 'faithfulness',
      direction: 'higher',
      unit: 'logit',
      needs: ['numbers'],
    },
    range: '−∞…∞; a random order gets the mean fall of the score',
    definition: 'AOPC = 1/(L+1) Σ_k f(x⁰) − f(xᵏ), where xᵏ is the input with its k most relevant regions replaced.',
    source: 'Samek et al. 2017, “Evaluating the visualization of what a deep neural network has learned”, eq. 12',
    parameters: { patch: 4, replacement: 'mean', steps: 64 },
    scale: 6,
    curves: { 'most relevant first': 'falling', 'least relevant first': 'late' },
  },
  {
    ...{
      name: 'insertion',
      title: 'Insertion',
      group: 'faithfulness',
      direction: 'higher',
      unit: 'probability',
      needs: ['numbers'],
    },
    range: '0…1',
    definition: 'Area under the curve of the score while the most relevant pixels are put back on a blurred picture.',
    source: 'Petsiuk et al. 2018, “RISE”, section 4.2',
    parameters: { blur: 5, steps: 64 },
    scale: 1,
    curves: { insertion: 'rising' },
  },
  {
    ...{
      name: 'sensitivity-n',
      title: 'Sensitivity-n',
      group: 'faithfulness',
      direction: 'higher',
      unit: 'correlation',
      needs: ['numbers'],
    },
    range: '−1…1; random: 0',
    definition:
      'Pearson correlation, over random subsets of n places, between their summed relevance and the fall of the score without them; mean over n.',
    source: 'Ancona et al. 2018, “Towards better understanding of gradient-based attribution methods”, section 4',
    parameters: { subsets: 100 },
    scale: 1,
    curves: { correlation: 'falling' },
  },
  {
    ...{
      name: 'infidelity',
      title: 'Infidelity',
      group: 'faithfulness',
      direction: 'lower',
      unit: 'logit²',
      needs: ['numbers'],
    },
    range: '0…∞',
    definition: 'E[(Iᵀφ(x) − (f(x) − f(x − I)))²] over perturbations I.',
    source: 'Yeh et al. 2019, “On the (in)fidelity and sensitivity of explanations”, definition 2.1',
    parameters: { samples: 50, noise: 0.2 },
    scale: 1,
  },
  {
    ...{
      name: 'max-sensitivity',
      title: 'Max-sensitivity',
      group: 'robustness',
      direction: 'lower',
      unit: 'share of ‖R‖',
      needs: ['numbers'],
    },
    range: '0…∞; constant: 0',
    definition: 'max over ‖y − x‖ ≤ r of ‖φ(y) − φ(x)‖ / ‖φ(x)‖.',
    source: 'Yeh et al. 2019, definition 3.1',
    parameters: { radius: 0.02, samples: 10 },
    scale: 0.6,
  },
  {
    ...{
      name: 'pointing-game',
      title: 'Pointing game',
      group: 'localisation',
      direction: 'higher',
      unit: 'share of inputs',
      needs: ['truth', 'picture'],
    },
    range: '0 or 1; random: the share of the truth',
    definition: 'Whether the place of the largest relevance lies in the truth.',
    source: 'Zhang et al. 2018, “Top-down neural attention by excitation backprop”',
    parameters: { tolerance: 0 },
    scale: 1,
  },
  {
    ...{
      name: 'relevance-mass',
      title: 'Relevance mass accuracy',
      group: 'localisation',
      direction: 'higher',
      unit: 'share',
      needs: ['truth'],
    },
    range: '0…1; constant and random: the share of the truth',
    definition: 'Σ of positive relevance inside the truth over all positive relevance.',
    source: 'Arras et al. 2022, “CLEVR-XAI”, eq. 4',
    parameters: {},
    scale: 1,
  },
  {
    ...{
      name: 'sparseness',
      title: 'Sparseness (Gini)',
      group: 'complexity',
      direction: 'higher',
      unit: 'index',
      needs: [],
    },
    range: '0…1; constant: 0',
    definition: 'Gini index of |R|: Σ_i (2i − n − 1)·|R|_(i) / (n Σ|R|).',
    source: 'Chalasani et al. 2020, “Concise explanations of neural networks using adversarial training”',
    parameters: {},
    scale: 1,
  },
  {
    ...{
      name: 'model-randomisation',
      title: 'Model-parameter randomisation',
      group: 'randomisation',
      direction: 'lower',
      unit: 'rank correlation',
      needs: ['weights'],
    },
    range: '−1…1',
    definition:
      'Spearman correlation of the heatmap with that of the model whose layers are random from the output down; mean over layers.',
    source: 'Adebayo et al. 2018, “Sanity checks for saliency maps”',
    parameters: { order: 'cascading' },
    scale: 0.5,
    curves: { cascading: 'falling' },
  },
  {
    ...{
      name: 'conservation',
      title: 'Conservation',
      group: 'axioms',
      direction: 'lower',
      unit: 'share of f(x)',
      needs: [],
    },
    range: '0…∞; 0 where relevance is conserved',
    definition: '|f(x) − ΣR| / |f(x)|.',
    source: 'Montavon et al. 2017, definition 1',
    parameters: {},
    scale: 1,
  },
]
