// TypeScript: a module of JavaScript has what its declaration file says beyond its own text; names of parameters, keys
// and elements in types are none of the file's.
//- package.json
{"name": "pkg", "main": "lib/main.js", "types": "types/index.d.ts"}
//- lib/main.js
export function own() {}
export default own
//- types/index.d.ts
export class Head { setIt(): void }
export interface Client { post(url: string): Promise<Head>; head: Head }
export interface Static extends Client { create(): Client }
export function own(): void
declare const client: Static
export default client
//- lib/beside.js
export const started = globalThis.start()
//- lib/beside.d.ts
import { Client } from '../types/index'
export const started: Client
//- src/use.ts
import client, { Head, own } from 'pkg'
import { started } from '../lib/beside.js'
client.post('x')
//     ^ calls types/index.Client.post
client.head.setIt()
//          ^ calls types/index.Head.setIt
new Head()
//  ^ calls types/index.Head
const inner = client.create()
//                   ^ calls types/index.Static.create
own()
// ^ calls lib/main.own
started.post('y')
//      ^ calls types/index.Client.post
async function run() { (await client.post('z')).setIt() }
//                                              ^ calls types/index.Head.setIt
//- src/types.ts
const state = 1, key = 2, value = 3, other = 4, elem = 5, first = 6
class K {}
class U {}
type Run = (state: number) => number
//          ^ !references *
type Make = new (value: string) => K
//               ^ !references src/types.value
//                                 ^ references src/types.K
interface Table {
  [key: string]: K
// ^ !references src/types.key
  (other: number): void
// ^ !references *
  new (other: number): Table
//     ^ !references *
  go: (elem: string) => typeof elem
//                             ^ !references *
}
type Mapped = { [K in keyof Table]: Table[K] }
//               ^ !references src/types.K
type Inner<T> = T extends Array<infer U> ? U : never
//                                    ^ !references *
type Pair = [first: string, other?: number]
//           ^ !references *
type Kept = typeof state
//                 ^ references src/types.state
