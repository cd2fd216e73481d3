import { describe, expect, it } from 'vitest'
import { Classes } from './classes.ts'

const animals = new Classes(3, ['cat', 'dog', 'crane'])
const items = (...labels: (string | number | null)[]) => labels.map((label, i) => ({ id: `input ${i}`, label }))

describe('targets', () => {
  it('are the labels where there are some, else the top class', () => {
    expect(animals.targetsOf(items('dog', null, 2, '0', 'Cat'), undefined)).toEqual([1, undefined, 2, 0, 0])
  })

  it('are as asked for', () => {
    expect(animals.targetsOf(items('dog', 'whatever'), 'top')).toEqual([undefined, undefined])
    expect(animals.targetsOf(items('dog', 'whatever'), 'crane')).toEqual([2, 2])
    expect(animals.targetsOf(items('dog', 'cat'), 'label')).toEqual([1, 0])
    expect(() => animals.targetsOf(items('dog', null), 'label')).toThrow('target label: input 1 has no label')
  })

  it('are refused together where labels are no classes', () => {
    expect(() => animals.targetsOf(items('dgo', 'dog'), undefined)).toThrow(
      'target "dgo": the model has no such label; near ones are "dog"',
    )
    expect(() => animals.targetsOf(items('dgo', 'dog', 7, 'car', 'dgo'), undefined)).toThrow(
      'target "dgo", 7, "car": 3 of the data\'s 4 labels are none of the model\'s classes',
    )
    expect(() => new Classes(3, undefined).targetsOf(items('dog'), undefined)).toThrow(
      'the labels of the model are not known',
    )
  })
})

describe('two classes of one output', () => {
  it('are both there', () => {
    const two = new Classes(1, ['bad', 'good'])
    expect([two.count, two.labelOf(0), two.labelOf(1)]).toEqual([2, 'bad', 'good'])
    expect([two.targetOf(two.indexOf('bad')), two.targetOf(two.indexOf('good'))]).toEqual([{ not: 0 }, 0])
  })

  it('are one where they have no labels', () => {
    expect(new Classes(1, undefined).count).toBe(1)
  })
})
