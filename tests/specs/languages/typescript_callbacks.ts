// TypeScript: parameters of a function that is declared by the name of a function type are what that takes.
//- types.ts
export class Context {
  help(): void {}
  inner = new Inner();
}
export class Inner { go(): void {} }
export type Transform = (name: string, context: Context, ...rest: Inner[]) => void;
export interface Handler {
  (context: Context): void;
}
export type Generic<T> = (item: T, context: Context) => T;
//- use.ts
import { Context, Generic, Handler, Inner, Transform } from "./types";
//< imports types.ts
const transform: Transform = (name, context, rest) => {
  context.help();
//        ^ calls Context.help
  context.inner.go();
//              ^ calls Inner.go
  name.help();
//     ^ !calls *
  rest.go();
//     ^ !calls *
};
export const handler: Handler = ({ inner }) => inner.go();
//                                                   ^ calls Inner.go
const generic: Generic<Inner> = (item, context) => {
  item.go();
//     ^ !calls *
  context.help();
//        ^ calls Context.help
  return item;
};
function outer() {
  const local: (context: Context, more: Inner) => void = (context, more) => {
    context.help();
//          ^ calls Context.help
    more.go();
//       ^ calls Inner.go
  };
  const other: Transform = function (name, context) { context.help(); };
//                                                            ^ calls Context.help
}
