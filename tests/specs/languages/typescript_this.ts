// TypeScript: `this` of a function whose first parameter says what it is.
//: exact calls
//- annotation.ts
export type Annotation = {
  kind: string
  extend(key: string): boolean
}
export interface Derivation { track(): void }
//- make.ts
import { Annotation, Derivation } from "./annotation"
export function make(this: Annotation, key: string) {
  const again = () => this.extend(key)
//                         ^ calls Annotation.extend@annotation.ts by a member of the declared type of its receiver
  return this.extend(key)
//            ^ calls Annotation.extend@annotation.ts by a member of the declared type of its receiver
}
export const run = function (this: Derivation) {
  this.track()
//     ^ calls Derivation.track@annotation.ts by a member of the declared type of its receiver
  function inner() {
    this.track()
  }
}
function none(this: void) {
  this.track()
}
