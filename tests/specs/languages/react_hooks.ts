// TypeScript: what hooks of React give, and functions that return one of several values.
//: text only: no compiler is at hand
//- client.ts
export class Client {
  ask() {}
}
export class Other {
  tell() {}
}
export function createManager() {
  const schedule = () => {}
  return { schedule, batch: () => {} } as const
}
export const manager = createManager()
//- use.tsx
import * as React from 'react'
import { useMemo, useRef, useState } from 'react'
import { external } from 'elsewhere'
import { Client, Other, manager } from './client'
//< imports client.ts
export const Context = React.createContext<Client | undefined>(undefined)
export const useClient = (given?: Client) => {
  const found = external.find()
  if (given) {
    return given
  }
  return found
}
export const useEither = (given?: Client) => {
  if (given) return given
  return new Other()
}
export function View({ of }: { of: typeof Client }) {
  const [client] = React.useState(() => new Client())
  client.ask()
//       ^ calls client.Client.ask
  const [other] = useState(() => new of())
  other.ask()
//      ^ calls client.Client.ask
  const [none, setNone] = useState<Client | null>(null)
  none.ask()
//     ^ calls client.Client.ask
  const kept = useMemo(() => { return new Client() }, [])
  kept.ask()
//     ^ calls client.Client.ask
  const held = useRef<Client>(null)
  held.current.ask()
//             ^ calls client.Client.ask
  React.useContext(Context).ask()
//                          ^ calls client.Client.ask
  useClient().ask()
//            ^ calls client.Client.ask
  useEither().ask()
//            ^ !calls client.Client.ask
  manager.schedule()
//        ^ calls client.createManager.schedule
  manager.batch()
//        ^ calls client.createManager.batch
}
//- own.ts
import { Client } from './client'
//< imports client.ts
function useState(make: () => Client) { return [make] }
function run() {
  const [client] = useState(() => new Client())
  client.ask()
//       ^ !calls *
}
