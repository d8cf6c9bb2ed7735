// TypeScript that the grammar stumbles over: signatures below a type, variance, types that are passed on.
//: text only: no compiler is at hand
//- types.ts
export interface Interruptible {}

export interface MakeSelector {
  <First, Result>(first: First): Selector<Result> &
    Interruptible

  /** With options. */
  <First, Second, Result>(first: First, second: Second): Selector<Result>
  find(): Interruptible
  <Result>(): Result
}

export interface Selector<in out Result, out Other extends Result = Result> {
  recompute(): number
}

export function make(): MakeSelector {
  return rebuild()
//       ^ calls types.rebuild
}

function rebuild(): MakeSelector {
  return null as any
}
//- index.ts
export type * from './types'
//< imports types.ts
export { make } from './types'
//- use.ts
import { make, type Selector } from './index'

export function use(selector: Selector<number>) {
  selector.recompute()
//         ^ calls types.Selector.recompute
  return make().find()
//       ^ calls types.make
//              ^ calls types.MakeSelector.find
}
