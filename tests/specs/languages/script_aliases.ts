// Fronts of imports that no package can have as its name are aliases that build tools define by themselves: `@/` and
// `~/` for the sources of a package, `$lib` for `src/lib`. What they do not lead to is missing, and not external. A
// package that depends on one of its own name means that.
//: exact imports
//- app/package.json
{"name": "router", "dependencies": {"router": "7"}}
//- app/src/api.js
export function load() {}
//- app/src/lib/store.js
export const items = [];
//- app/src/lib/index.js
export const all = [];
//- app/tools/run.js
export const run = 1;
//- app/src/pages/home.js
import { load } from "@/api";
//< imports app/src/api.js
import { load as again } from "~/api";
//< imports app/src/api.js
import { run } from "@/tools/run";
//< imports app/tools/run.js
import { items } from "$lib/store";
//< imports app/src/lib/store.js
import { all } from "$lib";
//< imports app/src/lib/index.js
import { gone } from "@/gone";
//< imports missing @/gone
import { page } from "$app/stores";
//< imports external $app/stores
import { Link } from "router";
//< imports external router
load();
//< calls app/src/api.load
